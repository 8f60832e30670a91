"""Saved reports: kept by their owner, sent by themselves, stopped after five failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from vlms.accounts.doorkeeper import find_standing
from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.billing.queries.statements import StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.statement import totals
from vlms.billing.rules.tie_out import require_equal
from vlms.core.db import reading
from vlms.core.errors import DomainError, Forbidden
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.jobs.standing import Standing
from vlms.notices.outbox import Mail, Recipient, post
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm, SavedReport
from vlms.reconciliation.queries.reports import get_report
from vlms.reconciliation.rules.rhythm import FAILURES_UNTIL_STOP, days_before, next_start

NARROWED_BY = ("customer", "agreement", "currency")


@dataclass(frozen=True)
class NewReport:
    """What is kept: `asked` narrows the statement, by names of its address."""

    name: str
    asked: dict[str, str]
    format: ReportFormat
    rhythm: ReportRhythm
    recipients: Sequence[str]


def save_report(work: Work, organisation_id: UUID, owner_id: UUID, new: NewReport) -> SavedReport:
    """Keep a report; it is first sent when its next week or month begins."""
    work.actor.require(Permission.VIEW_STATEMENTS)
    place = work.session.get_one(Organisation, organisation_id)
    work.does("saved_report.created")
    report = SavedReport(
        organisation_id=organisation_id,
        owner_id=owner_id,
        name=new.name,
        asked=urlencode({name: new.asked[name] for name in NARROWED_BY if name in new.asked}),
        format=new.format,
        rhythm=new.rhythm,
        recipients="\n".join(new.recipients),
        next_at=next_start(new.rhythm.value, work.today(place.time_zone), place.time_zone),
        failure_count=0,
    )
    work.session.add(report)
    work.flush()
    return report


def remove_report(work: Work, report_id: UUID) -> None:
    """It is sent no more. Raises NotFound."""
    work.actor.require(Permission.VIEW_STATEMENTS)
    work.does("saved_report.removed")
    get_report(work.session, report_id).removed_at = work.now


def send_report(work: Work, report_id: UUID) -> None:
    """Tell its recipients where the report is, or keep why it failed; then wait a rhythm."""
    report = get_report(work.session, report_id)
    place = work.session.get_one(Organisation, report.organisation_id)
    assert report.rhythm is not None
    try:
        facts = _facts(work, report, place)
    except DomainError as refusal:
        _fail(work, report, place, refusal)
    else:
        for address in report.recipients.splitlines():
            _post(work, report, "report_ready", Recipient(address, address, place.language), facts)
        report.failure_count, report.last_failure = 0, None
        report.last_sent_at = work.now
    today = work.today(place.time_zone)
    report.next_at = next_start(report.rhythm.value, today, place.time_zone)


def _facts(work: Work, report: SavedReport, place: Organisation) -> dict[str, Any]:
    """The sums, and the address of the statement with its days and cut-off fixed (I18).

    Raises Forbidden when the owner may not see it any more, StatementWithheld when it does
    not agree.
    """
    standing = _standing(report, place)
    assert report.rhythm is not None
    first, last = days_before(report.rhythm.value, work.today(place.time_zone))
    asked = {name: values[0] for name, values in parse_qs(report.asked).items()}
    wanted = StatementFilter(
        first,
        last,
        work.now,
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
    path = f"/o/{place.slug}/statements/?{urlencode({**asked, **days, 'until': until})}"
    sums = [[one.gross.minor, one.currency] for one in totals(found.sums)]
    return {"report": report.name, **days, "sums": sums, "path": path}


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
    facts = {"report": report.name, "why": report.last_failure, "count": report.failure_count}
    _post(work, report, "report_stopped", Recipient(owner.name, owner.email, owner.language), facts)


def _post(
    work: Work, report: SavedReport, template: str, to: Recipient, facts: dict[str, Any]
) -> None:
    occasion = f"{template}:{report.id}:{work.now:%Y%m%d%H}:{to.address}"[:120]
    post(work, Mail(template, report.id, occasion, report.organisation_id, facts=facts), to)
