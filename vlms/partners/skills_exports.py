"""The skills report as files: in the published layouts, and as a list to read (K5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table
from vlms.partners.queries.skills_report import SkillLine
from vlms.partners.rules.skills_layouts import (
    ACTIVE,
    IN_PC,
    IN_PMC,
    INACTIVE,
    LEARNING_COLUMNS,
    NO,
    RELEVANT_FOR,
    SKILLS_COLUMNS,
    TRAINING_TYPES,
    YES,
)
from vlms.partners.rules.skills_report import split_name, told_proof
from vlms.partners.skills_words import KIND_WORDS, link_word

Value = Callable[[SkillLine], object]
_DAYS = {"TrainingCompletionDate", "ExpirationDate", "CompletionDate"}


def _head_mpn(line: SkillLine) -> str | None:
    head = line.about.headquarters
    return head.mpn_id if head else None


def _own_mpn(line: SkillLine) -> str | None:
    return line.location.mpn_id if line.location else None


def _partner(line: SkillLine) -> str:
    return line.about.organisation.name


def _country(line: SkillLine) -> str:
    return line.location.country if line.location else line.about.organisation.country


def _names(line: SkillLine) -> tuple[str, str]:
    return split_name(line.proof.name, line.proof.latin_name)


def yes_or_no(found: bool | None) -> str | None:
    """None: nobody has said."""
    return None if found is None else YES if found else NO


# What nobody here knows stays empty: it is not guessed at.
_SKILLS: Mapping[str, Value] = {
    "PGAMpnId": _head_mpn,
    "TrainingActivityId": lambda line: line.proof.what,
    "TrainingTitle": lambda line: line.proof.name_en,
    "TrainingType": lambda line: TRAINING_TYPES[line.kind],
    "IndividualFirstName": lambda line: _names(line)[0],
    "IndividualLastName": lambda line: _names(line)[1],
    "Email": lambda line: line.proof.email,
    "CorpEmail": lambda line: line.proof.email,
    "TrainingCompletionDate": lambda line: line.proof.completed_on,
    "ExpirationDate": lambda line: line.proof.expires_on,
    "ActivationStatus": lambda line: ACTIVE if line.is_active else INACTIVE,
    # The month that the report is of, one in a file: the import reads it so.
    "Month": lambda line: f"{line.about.today:%Y-%m}",
    "IcMCP": lambda line: YES if line.mcid else NO,
    "MCPID": lambda line: line.mcid,
    "MpnId": _own_mpn,
    "PartnerName": _partner,
    "PartnerCityLocation": lambda line: line.location.city if line.location else None,
    "PartnerCountryLocation": _country,
    IN_PMC: lambda line: yes_or_no(line.associated[0]),
    IN_PC: lambda line: yes_or_no(line.associated[1]),
    RELEVANT_FOR: lambda line: line.relevant,
}
_LEARNING: Mapping[str, Value] = {
    "PGAMpnId": _head_mpn,
    "UserName": lambda line: line.proof.name,
    "UserId": lambda line: line.proof.email,
    "TrainingName": lambda line: line.proof.name_en,
    "TrainingType": lambda line: TRAINING_TYPES[line.kind],
    "Products": lambda line: None,
    "Roles": lambda line: None,
    "CompletionDate": lambda line: line.proof.completed_on,
    "MPNId": _own_mpn,
    "PartnerName": _partner,
    "Country": _country,
}


def skills_table(lines: Iterable[SkillLine], made_at: datetime) -> Table[SkillLine]:
    """The skills report in its published layout."""
    columns = [_column(name, _SKILLS[name]) for name in SKILLS_COLUMNS]
    return Table(_("Skills report"), columns, lines, made_at)


def learning_table(lines: Iterable[SkillLine], made_at: datetime) -> Table[SkillLine]:
    """The learning report in its published layout."""
    columns = [_column(name, _LEARNING[name]) for name in LEARNING_COLUMNS]
    return Table(_("Learning report"), columns, lines, made_at)


def readable_table(
    lines: Iterable[SkillLine],
    name_of: Callable[[object], str],
    made_at: datetime,
    about: Sequence[Text | str] = (),
) -> Table[SkillLine]:
    """What the page shows, for a sheet of paper; `about` says whose it is, how it is narrowed."""
    columns = (
        Column[SkillLine](_("Person"), lambda line: line.proof.name, of="person"),
        Column[SkillLine](_("Work account"), lambda line: line.proof.email, of="person"),
        Column[SkillLine](_("MCID"), lambda line: line.mcid, Kind.CODE, of="mcid"),
        Column[SkillLine](
            _("Exam or certification"), lambda line: shown_proof(line, name_of), of="what"
        ),
        Column[SkillLine](_("Type"), lambda line: KIND_WORDS[line.kind], of="kind"),
        Column[SkillLine](
            _("Completed on"), lambda line: line.proof.completed_on, Kind.DATE, of="completed"
        ),
        Column[SkillLine](
            _("Expires on"), lambda line: line.proof.expires_on, Kind.DATE, of="expires"
        ),
        Column[SkillLine](
            _("Location"), lambda line: line.location.name if line.location else None, of="location"
        ),
        Column[SkillLine](_("Link"), lambda line: link_word(line.link), of="link"),
        Column[SkillLine](_("Relevant for"), lambda line: line.relevant, of="relevant"),
    )
    return Table(_("Skills report"), columns, lines, made_at, about=about)


def shown_proof(line: SkillLine, name_of: Callable[[object], str]) -> str:
    """An exam by number and name, a certification by its name."""
    return told_proof(line.kind, line.proof.what, name_of(line.proof))


def _column(name: str, value: Value) -> Column[SkillLine]:
    return Column(name, value, Kind.DATE if name in _DAYS else Kind.TEXT)
