"""The page of statements and their files."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, g, render_template, send_file
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response

from vlms.billing.queries.statement_choices import Choices, choices_of
from vlms.billing.queries.statement_codes import count_codes_at
from vlms.billing.queries.statements import Statement, StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.cut_off import latest_cut_off, read_cut_off
from vlms.billing.rules.layouts import LAYOUTS
from vlms.billing.rules.statement import ChargeKind, StatementLine, totals
from vlms.billing.rules.tie_out import require_equal
from vlms.billing.service.statements import tell_of_export
from vlms.billing.statement_exports import (
    codes_of,
    item_name,
    paper,
    workbook,
    write_layout,
)
from vlms.billing.statement_words import ACTION_WORDS, COLUMN_WORDS, KIND_WORDS
from vlms.billing.views.months import days_asked
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.paging import Listing, Page
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.web.access import requires
from vlms.web.lists import Filter, ListPage
from vlms.web.locales import current_language
from vlms.web.pages import TYPES, send_book, send_document, wanted
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_words

statements = Blueprint("statements", __name__, url_prefix="/o/<organisation>/statements")
add_words(ACTION_WORDS, COLUMN_WORDS, {})
# So many lines stand on a page; the files have all.
LINES_SHOWN = 100
# 2026-11: so many take some ten seconds to draw.
PDF_MOST = 20_000
# What `read_cut_off` takes, for browsers.
_INSTANT = r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+\-]\d\d:\d\d)"
Value = TypeVar("Value")


@statements.get("/")
@requires(Permission.VIEW_STATEMENTS)
def index() -> str:
    page = _list(choices_of(db.session()))
    asked = _asked()
    found = statement_of(db.session(), asked)
    return render_template(
        "statements/index.html",
        list=page,
        wanted=asked,
        drilled=(drilled := _drilled(found)),
        lines=_page(found.lines if drilled is None else drilled.lines_of(found)),
        sums=found.sums,
        totals=totals(found.sums),
        differences=differences_of(db.session(), asked),
        files={**page.asked(), **_fixed(asked)},
        kept=page.asked({"first", "last", "month", "until"}),
        layouts=LAYOUTS,
        words=KIND_WORDS,
        item_name=item_name,
    )


@statements.get("/statement.<form>")
@requires(Permission.VIEW_STATEMENTS)
def download(form: str) -> Response:
    if form not in ("xlsx", "pdf"):
        raise NoPage
    found = _checked(form)
    if form == "pdf":
        document = paper(found, g.now, current_language(), g.workspace.time_zone)
        return send_document(document, "statement")
    counts = count_codes_at(db.session(), found.wanted.line_ids, found.wanted.cut_off_at)
    return send_book(workbook(found, codes_of(found, counts), g.now), "statement")


@statements.get("/<any('new-commerce', 'license-based'):layout>.csv")
@requires(Permission.VIEW_STATEMENTS)
def download_layout(layout: str) -> Response:
    out = io.BytesIO()
    write_layout(_checked(layout), LAYOUTS[layout], out)
    out.seek(0)
    day = g.now.date().isoformat()
    name = f"{layout}-{day}.csv"
    return send_file(out, mimetype=TYPES["csv"], as_attachment=True, download_name=name)


@dataclass(frozen=True)
class Drill:
    """One sum of the statement, whose lines alone are shown."""

    currency: str
    kind: ChargeKind

    def lines_of(self, statement: Statement) -> list[StatementLine]:
        wanted_key = self.currency, self.kind
        return [one for one in statement.lines if (one.currency, one.kind) == wanted_key]


def _drilled(statement: Statement) -> Drill | None:
    """The sum that the address names as USD.new; None for all lines."""
    sums = {f"{one.currency}.{one.kind}": one for one in statement.sums}
    found = sums.get(wanted("kind") or "")
    return Drill(found.currency, found.kind) if found and found.kind else None


def _page(lines: Sequence[StatementLine]) -> Page[StatementLine]:
    """The lines from the place on that the address asks for."""
    after = wanted("after") or ""
    first = int(after) if after.isdecimal() and len(after) < 10 else 0
    last = first + LINES_SHOWN
    following = str(last) if last < len(lines) else None
    place = Listing("", after or None, LINES_SHOWN)
    return Page(lines[first:last], len(lines), place, following)


def _checked(form: str) -> Statement:
    """The statement, told to the journal, once all sides agree."""
    asked = _asked()
    require_equal(differences_of(db.session(), asked))
    found = statement_of(db.session(), asked)
    if form == "pdf" and len(found.lines) > PDF_MOST:
        raise _too_long(len(found.lines))
    with unit_of_work() as work:
        tell_of_export(work, g.workspace.organisation_id, found, form)
    return found


def _too_long(count: int) -> BadInput:
    return BadInput(
        None,
        _("A PDF of %(count)s lines takes longer to draw than a page may take.", count=count),
        reason="too_many_rows",
        way_out=_(
            "Choose fewer days or one customer, take Excel or CSV, or let the command "
            "“vlms billing statement --as pdf” make it."
        ),
    )


def _list(choices: Choices) -> ListPage:
    customers = Filter("customer", _("Customer"), choices.customers)
    others = (
        Filter("agreement", _("Agreement"), choices.agreements),
        Filter("currency", _("Currency"), choices.currencies),
        Filter(
            "until",
            _("Cut-off"),
            hint=_("A minute ago"),
            pattern=_INSTANT,
            pattern_hint=_("Enter an instant with its offset, as 2026-03-31T16:00:00Z."),
        ),
    )
    filters = (customers, *others) if _is_reseller() else others
    return ListPage("statements.index", (), filters, kept=("first", "last", "month"))


def _is_reseller() -> bool:
    return bool(g.workspace.kind == "reseller")


def _asked() -> StatementFilter:
    first, last = days_asked()
    now: datetime = g.now
    return StatementFilter(
        first,
        last,
        latest_cut_off(now, _read("until", read_cut_off, _("Cut-off"))),
        g.workspace.organisation_id if _is_reseller() else None,
        _read("customer", _read_key, _("Customer")),
        _read("agreement", _read_key, _("Agreement")),
        wanted("currency"),
    )


def _read(name: str, reader: Callable[[str, Text], Value], label: Text) -> Value | None:
    """An argument of the address; NotFound for what cannot be read."""
    typed = wanted(name)
    try:
        return reader(typed, label) if typed else None
    except (DomainError, ValueError):
        raise NotFound(None, _("There is no such statement.")) from None


def _read_key(typed: str, _label: Text) -> UUID:
    return UUID(typed)


def _fixed(asked: StatementFilter) -> dict[str, str]:
    """Days and cut-off, so that the files say what the page says (I18)."""
    return {
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "until": asked.cut_off_at.astimezone(UTC).isoformat(),
    }
