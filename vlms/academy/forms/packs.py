"""Forms of packs, quotas and sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.models.sites import DeliverySite
from vlms.academy.queries.packs import ALL_SCHOOLS
from vlms.academy.service.pack_conditions import LONGEST_REASON, MOST_EXAMS
from vlms.academy.service.quotas import Place
from vlms.academy.service.sites import SiteFacts
from vlms.accounts.models import School
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, DayField, Form, LongTextField, ManyField, TextField

_COUNT = read_whole(1, MOST_EXAMS)
_SCHOOL, _TERM = _("School"), _("Term")
_EXAMS = _("How many exams")
_AS_LONG_AS_THE_PACK = _("As long as the pack")


def _pairs(empty: Text | None, records: Iterable[tuple[UUID, str]]) -> list[tuple[str, Text | str]]:
    none: list[tuple[str, Text | str]] = [] if empty is None else [("", empty)]
    return [*none, *((str(key), name) for key, name in records)]


class _PlaceForm(Form):
    """A school and a term, either of which may be left open."""

    school = ChoiceField(_SCHOOL)
    term = ChoiceField(
        _TERM, hint=_("What is not used by the term's end stays with its quota: take it back then.")
    )

    def offer(self, schools: Sequence[School], terms: Sequence[AcademicTerm]) -> None:
        self.school.offer(_pairs(ALL_SCHOOLS, ((one.id, one.name) for one in schools)))
        self.term.offer(_pairs(_AS_LONG_AS_THE_PACK, ((one.id, one.title) for one in terms)))

    def place(self) -> Place:
        return Place(_key(self.school.value), _key(self.term.value))


class GiveForm(_PlaceForm):
    count = TextField(_EXAMS, _COUNT)


class MoveForm(_PlaceForm):
    count = TextField(_EXAMS, _COUNT)
    reason = TextField(_("Reason"), read_text(LONGEST_REASON), _("The ledger keeps it."))


class RecallForm(Form):
    count = TextField(_EXAMS, _COUNT)
    reason = TextField(_("Reason"), read_text(LONGEST_REASON), _("The ledger keeps it."))


class AskForm(Form):
    """A coordinator's wish."""

    school = ChoiceField(_SCHOOL)
    count = TextField(_("How many more exams"), _COUNT)
    term = ChoiceField(_TERM)
    reason = LongTextField(_("Reason"), LONGEST_REASON)

    def offer(self, schools: Sequence[School], terms: Sequence[AcademicTerm]) -> None:
        self.school.offer(_pairs(None, ((one.id, one.name) for one in schools)))
        self.term.offer(_pairs(_AS_LONG_AS_THE_PACK, ((one.id, one.title) for one in terms)))

    def place(self) -> Place:
        return Place(UUID(self.school.value), _key(self.term.value))


class GiveAskedForm(Form):
    count = TextField(_EXAMS, _COUNT)
    term = ChoiceField(_TERM)
    answer = LongTextField(_("Answer"), LONGEST_REASON, _("Who asked reads it."))

    def offer(self, terms: Sequence[AcademicTerm]) -> None:
        self.term.offer(_pairs(_AS_LONG_AS_THE_PACK, ((one.id, one.title) for one in terms)))

    def term_id(self) -> UUID | None:
        return _key(self.term.value)


class RefuseForm(Form):
    reason = LongTextField(_("Why nothing is given"), LONGEST_REASON, _("Who asked reads it."))


class SiteForm(Form):
    """A site with its number as a testing center (A1)."""

    name = TextField(_("Name of the site"), read_text(200))
    address = TextField(_("Street address"), optional(read_text(300)))
    school = ChoiceField(_SCHOOL, hint=_("Its days are that school's."))
    center_number = TextField(
        _("Testing-center number"),
        optional(read_text(40)),
        _("The number that Certiport gave to this site."),
    )
    valid_from = DayField(_("Valid from"), optional(read_day))
    valid_to = DayField(_("Valid to"), optional(read_day), _("The last day of the number."))

    def offer(self, schools: Sequence[School]) -> None:
        self.school.offer(_pairs(ALL_SCHOOLS, ((one.id, one.name) for one in schools)))

    def facts(self) -> SiteFacts:
        return SiteFacts(
            self.name.value,
            self.address.value or "",
            _key(self.school.value),
            self.center_number.value,
            self.valid_from.value,
            self.valid_to.value,
        )


class CheckForm(Form):
    """The technical checklist."""

    ticked = ManyField(_("Technical requirements"))


def shown_site(site: DeliverySite) -> dict[str, str]:
    """What the form shows of a site."""
    return {
        "name": site.name,
        "address": site.address,
        "school": str(site.school_id or ""),
        "center_number": site.center_number or "",
        "valid_from": site.valid_from.isoformat() if site.valid_from else "",
        "valid_to": site.valid_to.isoformat() if site.valid_to else "",
    }


def shown_quota(quota: PackQuota) -> dict[str, str]:
    """All that is free of a quota, to be taken back."""
    return {"count": str(quota.free_count)}


def _key(value: str) -> UUID | None:
    return UUID(value) if value else None
