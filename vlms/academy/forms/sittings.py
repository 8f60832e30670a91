"""Forms of sittings: scheduling, moving, staffing, and the tables of candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms.fields.choices import SelectChoice

from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat
from vlms.academy.queries.packs import holder_name
from vlms.academy.rules.identity import Identity
from vlms.academy.service.results import Result
from vlms.accounts.models import Person
from vlms.catalog.models import Exam
from vlms.core.errors import BadInput
from vlms.core.reading import optional, read_day, read_moment, read_text, read_whole
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, Form, LongTextField, MomentField, TextField
from vlms.web.locales import name_of

LONGEST_REASON = 500
_REASON = read_text(LONGEST_REASON)
_NAME, _ACCOUNT = optional(read_text(200)), optional(read_text(120))
_DAY, _SCORE = optional(read_day), optional(read_whole(0, 1000))
_PASSED = {"": None, "passed": True, "failed": False}


class ReasonForm(Form):
    reason = TextField(_("Reason"), _REASON, _("The ledger of the pack keeps it."))


class StaffForm(Form):
    room = TextField(_("Room"), optional(read_text(120)))
    proctor = ChoiceField(_("Proctor"))
    substitute = ChoiceField(_("Substitute"), hint=_("Who stands in for the proctor on the day."))

    def offer(self, employees: Sequence[Person]) -> None:
        pairs = [("", _("Nobody yet")), *((str(one.id), one.name) for one in employees)]
        self.proctor.offer(pairs)
        self.substitute.offer(pairs)


class MoveForm(Form):
    site = ChoiceField(_("Site"))
    starts_at = MomentField(_("Starts at"), read_moment("UTC"))

    def offer(self, sites: Sequence[DeliverySite], zone: str) -> None:
        self.site.offer((str(site.id), site.name) for site in sites)
        self.starts_at.reader = read_moment(zone)


class PeopleField(LongTextField):
    """Single people as they are typed."""

    def words(self) -> list[str]:
        """What was typed of each."""
        typed = (self.value or "").replace(",", "\n").replace(";", "\n")
        return list(dict.fromkeys(word.strip() for word in typed.split("\n") if word.strip()))


class AddForm(Form):
    """Who is ticked in its table is sent as `person`."""

    people = PeopleField(_("Single people"), 2000, _("By number or e-mail address, one a line."))


class ScheduleForm(MoveForm):
    quota = ChoiceField(_("Quota"))
    exam_number = ChoiceField(_("Exam"))
    class_id = ChoiceField(_("Class"), hint=_("All its students of that day get a seat."))
    people = PeopleField(
        _("Single people"),
        2000,
        _("By number or e-mail address, one a line. They come in addition to the class."),
    )
    room = TextField(_("Room"), optional(read_text(120)))
    proctor = ChoiceField(_("Proctor"))

    def offer_packs(self, quotas: Sequence[PackQuota], exams: Sequence[Exam], day: date) -> None:
        self.quota.offer((str(quota.id), quota_label(quota)) for quota in quotas)
        self.exam_number.choices = [_exam_choice(exam, day) for exam in exams]

    def offer_people(self, classes: Sequence[SchoolClass], employees: Sequence[Person]) -> None:
        nobody = [("", _("No class"))]
        self.class_id.offer([*nobody, *((str(one.id), _class_label(one)) for one in classes)])
        proctors = ((str(one.id), one.name) for one in employees)
        self.proctor.offer([("", _("Nobody yet")), *proctors])


def quota_label(quota: PackQuota) -> Text:
    """A quota with its rest, as it is chosen."""
    return _(
        "%(pack)s, %(holder)s: %(free)s of %(count)s free, until %(day)s",
        pack=quota.pack.number,
        holder=holder_name(quota),
        free=quota.free_count,
        count=quota.quota_count,
        day=quota.pack.last_day,
    )


def _exam_choice(exam: Exam, day: date) -> SelectChoice:
    """What is retired stands there, and cannot be chosen."""
    label = f"{exam.number} {name_of(exam)}"
    if exam.last_day is None or exam.last_day >= day:
        return SelectChoice(exam.number, label)
    retired = _("%(exam)s, retired %(day)s", exam=label, day=exam.last_day)
    return SelectChoice(exam.number, str(retired), {"disabled": True})


def _class_label(school_class: SchoolClass) -> str:
    parts = (school_class.code, school_class.title)
    return " ".join(dict.fromkeys(part for part in parts if part))


def shown_moment(moment: datetime, zone: str) -> str:
    """A moment as its field has it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def key_of(value: str | None) -> UUID | None:
    """A key that was chosen from the form's own list; empty is none."""
    return UUID(value) if value else None


class TableForm(Form):
    """A table of seats: one field a seat and column, named `column-key`."""

    def read_identities(
        self, sent: Mapping[str, str], seats: Iterable[ExamSeat]
    ) -> dict[UUID, Identity]:
        """Raises BadInput that names the candidate."""
        return {seat.id: _identity(sent, seat) for seat in seats}

    def read_results(
        self, sent: Mapping[str, str], seats: Iterable[ExamSeat]
    ) -> dict[UUID, Result]:
        """Raises BadInput that names the candidate."""
        return {seat.id: _result(sent, seat) for seat in seats}


def _of(column: Text, seat: ExamSeat) -> Text:
    return _("%(column)s of %(name)s", column=column, name=seat.person.name)


def _identity(sent: Mapping[str, str], seat: ExamSeat) -> Identity:
    def typed(column: str) -> str:
        return sent.get(f"{column}-{seat.id}", "")

    return Identity(
        _NAME(typed("legal_name"), _of(_("Legal name"), seat)),
        _ACCOUNT(typed("provider_account"), _of(_("Account with the test provider"), seat)),
        bool(typed("is_minor")),
        _DAY(typed("consent_on"), _of(_("Guardian's consent"), seat)),
    )


def _result(sent: Mapping[str, str], seat: ExamSeat) -> Result:
    passed = sent.get(f"has_passed-{seat.id}", "")
    if passed not in _PASSED:
        raise BadInput(
            None,
            _("%(field)s: choose one from the list.", field=_of(_("Result"), seat)),
            reason="unreadable",
        )
    score = _SCORE(sent.get(f"score-{seat.id}", ""), _of(_("Score"), seat))
    return Result(score, _PASSED[passed])
