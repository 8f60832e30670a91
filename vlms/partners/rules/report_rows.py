"""One row of the programme's monthly reports: whose it is, which training, until when (K2, K5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from vlms.accounts.rules.mcid import read_mcid
from vlms.certifications.rules.transcript_row import read_file_day
from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import Reader, canonical_email, optional, read_text, refuse
from vlms.core.text import Text, _
from vlms.partners.rules.figure_rows import read_month
from vlms.partners.rules.row_reading import read_cells


class ReportKind(StrEnum):
    """Which of the programme's reports: what people have passed, or what they have learned."""

    SKILLS = "skills"
    LEARNING = "learning"


LABELS: Mapping[str, Text] = {
    "name": _("Name"),
    "last_name": _("Last name"),
    "account": _("Work account"),
    "other_account": _("Other address"),
    "mcid": _("MCID"),
    "training_id": _("Training ID"),
    "title": _("Training"),
    "training_type": _("Kind of training"),
    "completed_on": _("Completed on"),
    "expires_on": _("Valid until"),
    "month": _("Month"),
    "in_pmc": _("In PMC"),
    "in_pc": _("In PC"),
    "mpn_id": _("MPN id"),
    "relevant": _("Relevant for"),
    "roles": _("Roles"),
}
_ACCOUNT = 254
# A name alone is enough where exactly one person here has it: our own export writes such rows.
_WHOSE = ("mcid", "account", "other_account", "name", "last_name")
_YES = frozenset({"yes", "y", "true", "1", "是"})
_NO = frozenset({"no", "n", "false", "0", "否"})


@dataclass(frozen=True)
class ReportRow:
    """What a row says. `account` is what names its person besides the MCID."""

    mcid: str | None
    name: str | None
    accounts: tuple[str, ...]
    training_id: str | None
    title: str
    training_type: str | None
    completed_on: date
    expires_on: date | None
    month: date | None
    in_pmc: bool | None
    in_pc: bool | None
    mpn_id: str | None
    relevant: str | None

    @property
    def training(self) -> str:
        return training_key(self.training_id, self.title)


Who = tuple[str | None, UUID | None, str | None, str | None]
"""MCID, person, account and name, as far as they are known: the first of them tells who."""


def who_key(who: Who) -> str:
    """What tells one person of a report from another, the same from month to month."""
    mcid, person_id, account, name = who
    return mcid or str(person_id or "") or (account or "").casefold() or (name or "").casefold()


def training_key(training_id: str | None, title: str) -> str:
    """What tells one training from another."""
    return (training_id or " ".join(title.split())).casefold()


def read_report_month(typed: str, label: Text) -> date:
    """A month as 2026-10, or a day in it however exports write it; its first day."""
    try:
        return read_month(typed, label)
    except BadInput as refusal:
        try:
            return read_file_day(typed, label).replace(day=1)
        except BadInput:
            raise refusal from None


def read_yes_no(typed: str, label: Text) -> bool:
    """Yes or no, in either language."""
    word = typed.strip().casefold()
    if word not in _YES | _NO:
        raise refuse(typed, label, _("Write Yes or No, or leave it empty."))
    return word in _YES


def read_account(typed: str, label: Text) -> str:
    """An address or name of an account, as it is kept: some letters grow when they are folded."""
    kept = canonical_email(read_text(_ACCOUNT)(typed, label))
    return read_text(_ACCOUNT)(kept, label)


_READERS: Mapping[str, Reader[Any]] = {
    "name": optional(read_text(150)),
    "last_name": optional(read_text(150)),
    "account": optional(read_account),
    "other_account": optional(read_account),
    "mcid": optional(read_mcid),
    "training_id": optional(read_text(60)),
    "title": read_text(300),
    "training_type": optional(read_text(100)),
    "completed_on": read_file_day,
    "expires_on": optional(read_file_day),
    "month": optional(read_report_month),
    "in_pmc": optional(read_yes_no),
    "in_pc": optional(read_yes_no),
    "mpn_id": optional(read_text(20)),
    "relevant": optional(read_text(1000)),
    "roles": optional(read_text(400)),
}


def read_report_row(
    typed: Mapping[str, str], today: date
) -> tuple[ReportRow | None, list[DomainError]]:
    """The row, or everything that is wrong with it; each refusal names its field."""
    found, refusals = read_cells(typed, _READERS, LABELS)
    if not (refusals or any(found[field] for field in _WHOSE)):
        refusals.append(nobody())
    done, until = found.get("completed_on"), found.get("expires_on")
    if done is not None and done > today:
        refusals.append(_wrong_day("completed_on", _("Nothing is completed on a day to come.")))
    if done is not None and until is not None and until < done:
        refusals.append(_wrong_day("expires_on", _("It cannot end before it was completed.")))
    return (None, refusals) if refusals else (_row(found), [])


def _row(found: Mapping[str, Any]) -> ReportRow:
    names = (found["name"], found["last_name"])
    relevant = (found["relevant"], found["roles"])
    return ReportRow(
        mcid=found["mcid"],
        name=" ".join(word for word in names if word) or None,
        accounts=tuple(one for one in (found["account"], found["other_account"]) if one),
        training_id=found["training_id"],
        title=found["title"],
        training_type=found["training_type"],
        completed_on=found["completed_on"],
        expires_on=found["expires_on"],
        month=found["month"],
        in_pmc=found["in_pmc"],
        in_pc=found["in_pc"],
        mpn_id=found["mpn_id"],
        relevant="; ".join(word for word in relevant if word) or None,
    )


def nobody() -> BadInput:
    """What is told of a row that does not say whose it is."""
    return BadInput(
        "K2",
        _("The row does not say whose it is."),
        reason="nobody",
        field="mcid",
        way_out=_("Give it an MCID or an address; a name is enough of who is here alone with it."),
    )


def _wrong_day(field: str, sentence: Text) -> BadInput:
    return BadInput(
        None, sentence, reason="wrong_day", field=field, way_out=_("Put it right in the file.")
    )
