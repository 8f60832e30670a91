"""Pages of the journal: looking for entries, and a period of it for an auditor."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, send_file
from werkzeug.wrappers import Response

from vlms.audit.heads import key_id, public_key
from vlms.audit.models import AuditEntry
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError, Forbidden, NotFound
from vlms.core.paging import Page
from vlms.core.permissions import Permission
from vlms.core.reading import read_day
from vlms.core.scope import System, is_narrowed
from vlms.core.term import end_of_day, start_of_day
from vlms.core.text import Text, _
from vlms.core.work import key_ring
from vlms.journal.queries import EntryFilter, find_standing, get_chain, search_entries
from vlms.journal.taking_away import (
    SCRIPT,
    Asked,
    Period,
    count_entries,
    export_lines,
    write_lines,
)
from vlms.resources import resource_path
from vlms.web.access import requires
from vlms.web.lists import Filter, ListPage, day_filter
from vlms.web.pages import listing, wanted
from vlms.web.words import all_actions

journal = Blueprint("journal", __name__, url_prefix="/o/<organisation>/journal")

# A page keeps the file in memory while it is made.
MOST_AT_ONCE = 50_000
SINCE, UNTIL = _("From this day"), _("Up to this day")


@journal.get("/")
@requires(Permission.VIEW_JOURNAL)
def index() -> str | tuple[str, int]:
    """The entries under the filters in the address: `person`, `action`, `record`, times."""
    chain_id, name = _chain()
    is_whole = not is_narrowed(g.scope)
    period, wrong = _days()
    asked = EntryFilter(
        person=wanted("person"),
        action=_action(),
        record_id=_record(),
        since=period.since,
        until=period.until,
        by=None if is_whole else g.actor.user_id,
        chain_id=chain_id if wanted("of") else None,
    )
    found = None if wrong else _found(asked, wrong)
    page = render_template(
        "journal/index.html",
        list=ListPage("journal.index", (), _filters(wrong)),
        found=found,
        standing=find_standing(db.session(), chain_id),
        key=key_id(public_key(key_ring().audit)),
        chain_name=name,
        is_whole=is_whole,
    )
    return (page, 422) if wrong else page


def _found(asked: EntryFilter, wrong: dict[str, DomainError]) -> Page[AuditEntry] | None:
    """None where the filter is at fault, which is told beside it."""
    try:
        return search_entries(db.session(), asked, listing("-at"))
    except BadInput as refusal:
        wrong["person"] = refusal
        return None


@journal.get("/period.jsonl")
@requires(Permission.VIEW_JOURNAL)
def download() -> Response:
    """One chain's entries of the days in the address, with what proves them."""
    if is_narrowed(g.scope):
        raise Forbidden(
            None,
            _("A period of the journal tells of all that an organisation does."),
            way_out=_("Somebody who works for the whole organisation can take it."),
        )
    chain_id, name = _chain()
    asked = Asked(chain_id, name, _period())
    if count_entries(db.session(), asked) > MOST_AT_ONCE:
        raise BadInput(
            None,
            _("This period has more than %(count)s entries.", count=f"{MOST_AT_ONCE:,}"),
            way_out=_('Choose fewer days; or whoever runs the system uses "vlms audit export".'),
        )
    out = io.BytesIO()
    write_lines(export_lines(db.session(), asked, key_ring().audit, g.now), out.write)
    out.seek(0)
    return send_file(
        out, mimetype="application/x-ndjson", as_attachment=True, download_name=_filename(name)
    )


@journal.get("/verify-journal.py")
@requires(Permission.VIEW_JOURNAL)
def script() -> Response:
    """The program with which a file of this journal is checked, elsewhere and without us."""
    return send_file(
        io.BytesIO(resource_path(SCRIPT).read_bytes()),
        mimetype="text/x-python",
        as_attachment=True,
        download_name=Path(SCRIPT).name,
    )


def _filters(wrong: Mapping[str, DomainError]) -> list[Filter]:
    found = [
        Filter(
            "person",
            _("Person"),
            hint=_("Name or address"),
            note=_("Who did it, or to whom"),
            error=wrong.get("person"),
        ),
        Filter("action", _("What was done"), _actions()),
        day_filter("since", SINCE, wrong.get("since")),
        day_filter("until", UNTIL, wrong.get("until")),
        Filter("record", _("Record"), is_offered=False),
    ]
    if isinstance(g.scope, System):
        found.append(Filter("of", _("Organisation"), hint=_("Its name in addresses")))
    return found


def _action() -> str | None:
    """What has no word of its own cannot be chosen; the list says so, too."""
    typed = wanted("action")
    return typed if typed in all_actions() else None


def _actions() -> dict[str, Text]:
    return dict(sorted(all_actions().items(), key=lambda pair: str(pair[1])))


def _chain() -> tuple[UUID, str]:
    """The visitor's organisation's chain; for the operator that which the address names."""
    if isinstance(g.scope, System):
        return get_chain(db.session(), wanted("of"))
    return g.workspace.organisation_id, g.workspace.slug


def _record() -> UUID | None:
    typed = wanted("record")
    if typed is None:
        return None
    try:
        return UUID(typed)
    except ValueError as error:
        raise NotFound(None, _("There is no such record.")) from error


def _days() -> tuple[Period, dict[str, DomainError]]:
    """The days of the address, in the visitor's zone, and what is wrong with them, by field."""
    days: dict[str, date] = {}
    wrong: dict[str, DomainError] = {}
    for name, label in (("since", SINCE), ("until", UNTIL)):
        try:
            if typed := wanted(name):
                days[name] = read_day(typed, label)
        except DomainError as refusal:
            wrong[name] = refusal
    since, until = days.get("since"), days.get("until")
    if since and until and since > until:
        wrong["until"] = BadInput(
            None,
            _("The last day comes before the first day."),
            reason="days_reversed",
            way_out=_("Swap the two days."),
        )
    zone = g.actor.time_zone
    return Period(
        start_of_day(since, zone) if since else None, end_of_day(until, zone) if until else None
    ), wrong


def _period() -> Period:
    """As `_days`. Raises BadInput for days that are wrong."""
    period, wrong = _days()
    for refusal in wrong.values():
        raise refusal
    return period


def _filename(name: str) -> str:
    """By the days that were asked for; where one is open, by the day on which it is taken."""
    today = g.now.astimezone(ZoneInfo(g.actor.time_zone)).date().isoformat()
    days = [
        read_day(typed, label).isoformat() if (typed := wanted(each)) else usual
        for each, label, usual in (("since", SINCE, "beginning"), ("until", UNTIL, today))
    ]
    return f"journal-{name or 'none'}-{days[0]}-to-{days[1]}.jsonl"
