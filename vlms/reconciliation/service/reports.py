"""Saved reports: kept by their owner, sent by themselves, stopped after five failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.accounts.standing import find_standing
from vlms.billing.queries.statements import StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.cut_off import latest_cut_off
from vlms.billing.rules.statement import totals
from vlms.billing.rules.tie_out import require_equal
from vlms.core.db import reading
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, DomainError, Forbidden
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Actor, Work
from vlms.jobs.standing import Standing
from vlms.notices.outbox import Mail, Recipient, post
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm, SavedReport
from vlms.reconciliation.queries.reports import get_report, list_due_reports
from vlms.reconciliation.rules.rhythm import FAILURES_UNTIL_STOP, days_before, next_start

NARROWED_BY = ("customer", "agreement", "currency")
# The file's place below a workspace's statements.
FILES = {
    ReportFormat.XLSX: "statement.xlsx",
    ReportFormat.PDF: "statement.pdf",
    ReportFormat.NEW_COMMERCE: "new-commerce.csv",
    ReportFormat.LICENSE_BASED: "license-based.csv",
}


@dataclass(frozen=True)
class NewReport:
    """What is kept: `asked` narrows the statement, by names of its address.

    Without a rhythm it is sent only when its owner asks for it.
    """

    name: str
    asked: Mapping[str, str]
    format: ReportFormat
    rhythm: ReportRhythm | None
    recipients: Sequence[str]


def save_report(work: Work, organisation_id: UUID, owner_id: UUID, new: NewReport) -> SavedReport:
    """Keep a report; it is first sent when its next week or month begins.

    Raises BadInput for a rhythm without recipients, and for a name that its owner uses.
    """
    work.actor.require(Permission.VIEW_STATEMENTS)
    report = SavedReport(organisation_id=organisation_id, owner_id=owner_id, failure_count=0)
    work.does("saved_report.created")
    with refusing_doubles(work, uq_saved_report=_double()):
        _write(work, report, new)
        work.session.add(report)
    return report


def edit_report(work: Work, report_id: UUID, new: NewReport) -> SavedReport:
    """Keep it otherwise; with another rhythm it is sent when the next week or month begins.

    Raises NotFound, and BadInput as for a new one.
    """
    report = _own(work, report_id)
    work.does("saved_report.edited")
    with refusing_doubles(work, uq_saved_report=_double()):
        _write(work, report, new)
    return report


def _write(work: Work, report: SavedReport, new: NewReport) -> None:
    if new.rhythm is not None and not new.recipients:
        raise _nobody(_("Enter an address, or choose that it is sent only when you ask."))
    narrowed = {name: new.asked[name] for name in NARROWED_BY if new.asked.get(name)}
    report.name, report.asked, report.format = new.name, urlencode(narrowed), new.format
    report.recipients = "\n".join(new.recipients)
    if report.next_at is None or report.rhythm is not new.rhythm:
        report.next_at = _next(work, new.rhythm, _place(work, report))
    report.rhythm = new.rhythm


def settings_of(report: SavedReport) -> NewReport:
    """What is kept now."""
    recipients = report.recipients.splitlines()
    asked = arguments_of(report)
    return NewReport(report.name, asked, report.format, report.rhythm, recipients)


def remove_report(work: Work, report_id: UUID) -> None:
    """It is sent no more. Raises NotFound."""
    report = _own(work, report_id)
    work.does("saved_report.removed")
    work.session.delete(report)
    work.flush()


def pause_report(work: Work, report_id: UUID) -> None:
    """Send it no more until it is resumed. Raises NotFound."""
    report = _own(work, report_id)
    work.does("saved_report.paused")
    report.stopped_at = report.stopped_at or work.now


def resume_report(work: Work, report_id: UUID) -> None:
    """Send it again, from its next week or month on; failures are counted anew."""
    report = _own(work, report_id)
    work.does("saved_report.resumed")
    report.stopped_at, report.last_failure, report.failure_count = None, None, 0
    report.next_at = _next(work, report.rhythm, _place(work, report))


def send_now(work: Work, report_id: UUID) -> None:
    """Send the last whole week or month at once; its rhythm stays.

    Raises NotFound, BadInput where it has no recipients, Forbidden and StatementWithheld.
    """
    report = _own(work, report_id)
    if not report.recipients:
        raise _nobody(_("Edit the report, and enter an address."))
    work.does("saved_report.sent")
    _send(work, report, _place(work, report))


def send_due_report(work: Work, report_id: UUID) -> None:
    """Tell its recipients where the report is, or keep why it failed; then wait a rhythm."""
    if report_id not in list_due_reports(work.session, work.now):
        return
    report = get_report(work.session, report_id, None)
    place = _place(work, report)
    try:
        _send(work, report, place)
    except DomainError as refusal:
        _fail(work, report, place, refusal)
    report.next_at = _next(work, report.rhythm, place)


def _own(work: Work, report_id: UUID) -> SavedReport:
    work.actor.require(Permission.VIEW_STATEMENTS)
    return get_report(work.session, report_id, work.actor.user_id)


def _place(work: Work, report: SavedReport) -> Organisation:
    return work.session.get_one(Organisation, report.organisation_id)


def _next(work: Work, rhythm: ReportRhythm | None, place: Organisation) -> datetime | None:
    if rhythm is None:
        return None
    return next_start(rhythm.value, work.today(place.time_zone), place.time_zone)


def _nobody(way_out: Text) -> BadInput:
    sentence = _("The report has nobody to be sent to.")
    return BadInput(None, sentence, field="recipients", way_out=way_out)


def _double() -> BadInput:
    return BadInput(
        None,
        _("You keep a report of this name already."),
        reason="double",
        field="name",
        way_out=_("Choose another name, or remove that one first."),
    )


def _send(work: Work, report: SavedReport, place: Organisation) -> None:
    facts = _facts(work, report, place)
    for address in report.recipients.splitlines():
        _post(work, report, "report_ready", Recipient(address, address, place.language), facts)
    report.failure_count, report.last_failure = 0, None
    report.last_sent_at = work.now


def _facts(work: Work, report: SavedReport, place: Organisation) -> dict[str, Any]:
    """The sums, and the address of the file with its days and cut-off fixed (I18).

    Raises Forbidden when the owner may not see it any more, StatementWithheld when it does
    not agree.
    """
    standing = _standing(report, place)
    rhythm = report.rhythm and report.rhythm.value
    first, last = days_before(rhythm, work.today(place.time_zone))
    asked = arguments_of(report)
    wanted = StatementFilter(
        first,
        last,
        latest_cut_off(work.now),
        place.id if place.kind is OrganisationKind.RESELLER else None,
        _key(asked.get("customer")),
        _key(asked.get("agreement")),
        asked.get("currency"),
    )
    with reading(standing.scope) as session:
        require_equal(differences_of(session, wanted))
        found = statement_of(session, wanted)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    until = wanted.cut_off_at.astimezone(UTC).isoformat()
    query = urlencode({**asked, **days, "until": until})
    sums = [[one.gross.minor, one.currency] for one in totals(found.sums)]
    path = f"{_statements(place)}{FILES[report.format]}?{query}"
    return {
        "report": report.name,
        **days,
        "sums": sums,
        "path": path,
        "format": report.format.value,
    }


def arguments_of(report: SavedReport) -> dict[str, str]:
    """What the statement's address is asked besides its days."""
    return dict(parse_qsl(report.asked))


def _statements(place: Organisation) -> str:
    return f"/o/{place.slug}/statements/"


def _standing(report: SavedReport, place: Organisation) -> Standing:
    """What the owner sees now; looked at again at each run."""
    found = find_standing(report.owner_id, place.id)
    roles = found.roles if found else frozenset()
    actor = Actor("", report.owner_id, place.id, roles)
    if found is None or not actor.may(Permission.VIEW_STATEMENTS):
        raise Forbidden(None, _("The report's owner may not see statements here any more."))
    return found


def _key(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _fail(work: Work, report: SavedReport, place: Organisation, refusal: DomainError) -> None:
    report.failure_count += 1
    report.last_failure = str(refusal)[:500]
    if report.failure_count < FAILURES_UNTIL_STOP:
        return
    work.does("saved_report.stopped")
    report.stopped_at = work.now
    owner = work.session.get_one(User, report.owner_id)
    facts = {
        "report": report.name,
        "why": report.last_failure,
        "count": report.failure_count,
        "path": f"{_statements(place)}reports/",
    }
    _post(work, report, "report_stopped", Recipient(owner.name, owner.email, owner.language), facts)


def _post(
    work: Work, report: SavedReport, template: str, to: Recipient, facts: dict[str, Any]
) -> None:
    # Once for each time and address; a digest, since addresses may be longer than a key.
    told = sha256(to.address.encode()).hexdigest()[:16]
    occasion = f"{template}:{report.id}:{work.now:%Y%m%d%H%M%S}:{told}"
    post(work, Mail(template, report.id, occasion, report.organisation_id, facts=facts), to)
