"""Pages of a reseller's months: matching, the work queue of differences, closing."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from vlms.audit.models import AuditEntry
from vlms.audit.views import journal_of
from vlms.core.db import db, reading
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _, ngettext
from vlms.jobs.models import Job
from vlms.reconciliation.difference_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    JOURNAL_VALUES,
    KIND_WORDS,
    SIDE_WORDS,
)
from vlms.reconciliation.forms.reconciliation import MonthForm, ReasonForm
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.paper import (
    amount_of,
    cause_of,
    counts_of,
    differences_table,
    line_of,
    sums_of,
)
from vlms.reconciliation.queries.differences import (
    DifferenceFilter,
    KindCount,
    count_kinds,
    list_differences,
    list_owners,
    search_differences,
)
from vlms.reconciliation.queries.files import list_files
from vlms.reconciliation.queries.matching_jobs import find_matching_job
from vlms.reconciliation.queries.periods import (
    get_period,
    get_sign_off,
    list_sign_offs,
    list_turns,
    search_periods,
)
from vlms.reconciliation.rules.differences import (
    DifferenceClass,
    DifferenceSide,
    DifferenceState,
)
from vlms.reconciliation.rules.settling import WAITING, WORDS
from vlms.reconciliation.service.closing import close_period, reopen_period
from vlms.reconciliation.service.long_matching import match_or_plan, told
from vlms.reconciliation.service.periods import period_for
from vlms.web.access import requires
from vlms.web.confirming import Hindrance, Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.locales import current_language
from vlms.web.pages import listing, send_table
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

reconciliation = Blueprint(
    "reconciliation", __name__, url_prefix="/o/<organisation>/reconciliation"
)
add_words(ACTION_WORDS, COLUMN_WORDS, JOURNAL_VALUES)
_PERIOD_HEADINGS = (
    Heading("month", _("Month"), "month"),
    Heading("state", _("State")),
    Heading("matched", _("Matched"), None, "nowrap"),
    Heading("differences", _("Differences"), None, "number"),
)
_HEADINGS = (
    Heading("line", _("Line")),
    Heading("kind", _("Kind"), "kind"),
    Heading("cause", _("Probable cause")),
    Heading("amount", _("Amount"), None, "number"),
    Heading("side", _("Compared with")),
    Heading("state", _("State"), "state"),
    Heading("owner", _("Owner")),
)
_TURNS = System("when a month was closed and opened again")


def _filters() -> tuple[Filter, ...]:
    owners = {str(key): name for key, name in list_owners(_reseller_id()).items()}
    return (
        Filter("q", _("Order"), hint=_("Part of its number")),
        Filter("kind", _("Kind"), {k.value: word for k, word in KIND_WORDS.items()}),
        Filter("side", _("Compared with"), {k.value: word for k, word in SIDE_WORDS.items()}),
        Filter("state", _("State"), {k.value: word for k, word in WORDS.items()}),
        Filter("owner", _("Owner"), owners),
    )


def _reseller_id() -> UUID:
    key: UUID = g.workspace.organisation_id
    return key


@reconciliation.route("/", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def index() -> str | Response | tuple[str, int]:
    form = MonthForm()
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            period = period_for(work, _reseller_id(), form.month.value)
            work.location = url_for(".period", period_id=period.id)
        return answer(work)
    page = ListPage("reconciliation.index", _PERIOD_HEADINGS)
    found = search_periods(db.session(), listing("-month"))
    shown = render_template("reconciliation/index.html", form=form, list=page, found=found)
    return shown, 422 if form.is_refused else 200


@reconciliation.get("/<uuid:period_id>")
@requires(Permission.RECONCILE)
def period(period_id: UUID) -> str:
    """The month: what was compared, the classes, and the work queue."""
    session = db.session()
    month = get_period(session, period_id)
    page = ListPage("reconciliation.period", _HEADINGS, _filters())
    found = search_differences(session, month.id, asked_filter(page), listing("kind"))
    counts = count_kinds(session, month.id)
    return render_template(
        "reconciliation/period.html",
        period=month,
        counts=counts_of(month),
        sums=sums_of(month),
        classes=_classes(counts),
        open_count=_waiting(counts),
        files=list_files(session, month.id),
        papers=list_sign_offs(session, month.id),
        turns=_turns(month),
        list=page,
        found=found,
        owners=list_owners(_reseller_id()),
        words={"kind": KIND_WORDS, "side": SIDE_WORDS, "state": WORDS},
        tell={"amount": amount_of, "cause": cause_of, "line": line_of},
        entries=journal_of(month.id),
        job=find_matching_job(session, month),
        act=Form(),
    )


def _turns(month: Period) -> Sequence[AuditEntry]:
    """The journal is of tenants: what it tells of a month is asked for by its key."""
    with reading(_TURNS) as session:
        return list_turns(session, month.id)


def asked_filter(page: ListPage) -> DifferenceFilter:
    """What the address narrows the queue by."""
    asked: Mapping[str, Any] = {each.name: each.value for each in page.filters}
    return DifferenceFilter(
        kind=DifferenceClass(asked["kind"]) if asked["kind"] else None,
        state=DifferenceState(asked["state"]) if asked["state"] else None,
        side=DifferenceSide(asked["side"]) if asked["side"] else None,
        owner_id=UUID(asked["owner"]) if asked["owner"] else None,
        words=asked["q"],
    )


def queue_page() -> ListPage:
    """The queue as its address narrows it."""
    return ListPage("reconciliation.period", _HEADINGS, _filters())


def _classes(counts: Sequence[KindCount]) -> list[tuple[DifferenceClass, int, int]]:
    """Each class: how many there are, and how many are open."""
    all_counts: dict[DifferenceClass, int] = defaultdict(int)
    open_counts: dict[DifferenceClass, int] = defaultdict(int)
    for one in counts:
        all_counts[one.kind] += one.count
        if one.state is DifferenceState.OPEN:
            open_counts[one.kind] += one.count
    return [(kind, all_counts[kind], open_counts[kind]) for kind in KIND_WORDS if all_counts[kind]]


@reconciliation.get("/<uuid:period_id>/differences.<form>")
@requires(Permission.RECONCILE)
def download(period_id: UUID, form: str) -> Response:
    month = get_period(db.session(), period_id)
    rows = list_differences(db.session(), month.id, asked_filter(queue_page()))
    return send_table(differences_table(rows, g.now), f"differences-{month.month}", form)


@reconciliation.post("/<uuid:period_id>/match")
@requires(Permission.RECONCILE)
def match(period_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        raise BadInput(None, _("The form is incomplete."))
    with unit_of_work(form) as work:
        work.location = url_for(".period", period_id=period_id)
        made = match_or_plan(work, get_period(work.session, period_id))
    if isinstance(made, Job):
        return answer(work, _("It is matched in the background; this page tells how far."))
    return answer(work, told(made))


@reconciliation.route("/<uuid:period_id>/close", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def close(period_id: UUID) -> str | Response | tuple[str, int]:
    month: Period = get_period(db.session(), period_id)
    question = Question(
        _("Close %(month)s", month=month.month),
        month.month,
        counts_of(month),
        (
            (_("A paper of what was compared and decided is kept, signed with your name."), None),
            (_("Files and differences of the month no longer change."), None),
            (_("It can be opened again, with a reason."), None),
        ),
        _("Close the month"),
        "lock",
        url_for(".period", period_id=period_id),
        hindrance=_open_differences(month),
    )
    return confirmed(
        question,
        lambda work: close_period(work, period_id, current_language()),
        _("It is closed."),
    )


def _waiting(counts: Sequence[KindCount]) -> int:
    return sum(one.count for one in counts if one.state in WAITING)


def _open_differences(month: Period) -> Hindrance | None:
    """What keeps the month from being closed, and where it is decided."""
    count = _waiting(count_kinds(db.session(), month.id))
    if not count:
        return None
    return Hindrance(
        ngettext("%(number)s difference is open.", "%(number)s differences are open.", count),
        _("Accept, dispute, write off or close each of them."),
        _("Show what is open"),
        url_for(".period", period_id=month.id, state=DifferenceState.OPEN.value),
    )


@reconciliation.route("/<uuid:period_id>/reopen", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def reopen(period_id: UUID) -> str | Response | tuple[str, int]:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                reopen_period(work, period_id, form.reason.value or "")
                work.location = url_for(".period", period_id=period_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The month is open again; its paper is kept."))
    month = get_period(db.session(), period_id)
    page = render_template("reconciliation/reopen.html", form=form, period=month)
    return page, 422 if form.is_refused else 200


@reconciliation.get("/<uuid:period_id>/papers/<int:sequence>.pdf")
@requires(Permission.RECONCILE)
def paper(period_id: UUID, sequence: int) -> Response:
    """The signed-off paper, byte for byte as it was made."""
    signed = get_sign_off(db.session(), period_id, sequence)
    month = get_period(db.session(), period_id).month
    return send_file(
        io.BytesIO(signed.paper),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"reconciliation-{month}-{sequence}.pdf",
    )


def ticked() -> list[UUID]:
    """The rows of the queue that are ticked, as far as they are keys."""
    found = []
    for text in request.values.getlist("row"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
