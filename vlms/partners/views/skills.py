"""The skills report, for those of K5: as a list, and as files in the published layouts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.certifications.rules.renewal import ZONE
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.exports.table import Table, only_columns
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.partners.competencies import asked_on
from vlms.partners.models.locations import PartnerLocation
from vlms.partners.queries.skills_report import (
    ReportContext,
    SkillFilter,
    SkillLine,
    count_skills,
    list_skills,
    list_what,
    report_context,
    search_skills,
)
from vlms.partners.rules.skills_report import (
    last_day_within,
    names_asked,
    read_days,
    read_what,
    told_proof,
)
from vlms.partners.skills_exports import (
    learning_table,
    readable_table,
    shown_proof,
    skills_table,
)
from vlms.partners.skills_words import KIND_WORDS, link_word
from vlms.web.access import requires
from vlms.web.asked import Asked, asked, require_usable
from vlms.web.lists import Filter, Heading, ListPage, chosen_columns
from vlms.web.locales import name_of
from vlms.web.pages import listing, send_table, wanted

skills = Blueprint("skills", __name__, url_prefix="/o/<organisation>/skills")
HEADINGS = (
    Heading("person", _("Person"), "person"),
    Heading("mcid", _("MCID"), None, "nowrap", is_extra=True),
    Heading("what", _("Exam or certification"), "what"),
    Heading("kind", _("Type"), is_extra=True),
    Heading("completed", _("Completed on"), "completed", "nowrap"),
    Heading("expires", _("Expires on"), "expires", "nowrap"),
    # With the person, unless they are chosen: seven columns are too many for a small screen.
    Heading("location", _("Location"), is_extra=True),
    Heading("link", _("Link"), is_extra=True),
    Heading("relevant", _("Relevant for")),
)
WITHIN = _("Expires within days")


def _place() -> UUID:
    return UUID(str(g.workspace.organisation_id))


def _today() -> date:
    return local_day(g.now, ZONE)


@skills.get("/")
@requires(Permission.VIEW_SKILLS)
def index() -> str:
    session, about = db.session(), _about(db.session())
    found = search_skills(session, _asked(session, about), listing("person"), about, g.now)
    return render_template(
        "skills/index.html",
        list=ListPage("skills.index", HEADINGS, _filters(session, about)),
        found=found,
        kinds=KIND_WORDS,
        link_word=link_word,
        shown_proof=lambda line: shown_proof(line, name_of),
        has_locations=bool(about.locations),
    )


@skills.get("/skills.<form>")
@requires(Permission.VIEW_SKILLS)
def download(form: str) -> Response:
    """The published layout of the skills report; as PDF what the page shows."""
    _check()
    if form == "pdf":
        session = db.session()
        table = readable_table(_lines(session), name_of, g.now, _told(session))
        return send_table(only_columns(table, chosen_columns()), _filename("skills"), form)
    return send_or_plan(SKILLS, form)


@skills.get("/learning.<form>")
@requires(Permission.VIEW_SKILLS)
def download_learning(form: str) -> Response:
    """The published layout of the learning report, for programs and spreadsheets."""
    if form == "pdf":
        raise NotFound
    _check()
    return send_or_plan(LEARNING, form)


def _told(session: Session) -> list[Text | str]:
    """Whose report it is, and what it is narrowed by, as the page has it."""
    page = ListPage("skills.index", HEADINGS, _filters(session, _about(session)))
    words: list[Text | str] = [
        _("%(filter)s: %(value)s", filter=one.label, value=one.value) for one in page.chips
    ]
    return [str(g.workspace.name), *words]


def _check() -> None:
    """Raises BadInput where a file would leave out what the address asks."""
    session = db.session()
    require_usable((), _filters(session, _about(session)))


def _about(session: Session) -> ReportContext:
    return report_context(session, _place(), _today())


def _lines(session: Session) -> Any:
    about = _about(session)
    return list_skills(session, _asked(session, about), about, g.now)


def _count(session: Session) -> int:
    return count_skills(session, _asked(session, _about(session)))


def _skills(session: Session) -> Table[SkillLine]:
    return skills_table(_lines(session), g.now)


def _learning(session: Session) -> Table[SkillLine]:
    return learning_table(_lines(session), g.now)


def _filename(name: str) -> str:
    return f"{name}-{g.workspace.slug}"


SKILLS = add_export(
    Export("skills", _("Skills report"), _count, _skills, lambda: _filename("skills"))
)
LEARNING = add_export(
    Export("learning", _("Learning report"), _count, _learning, lambda: _filename("learning"))
)


def _asked(session: Session, about: ReportContext) -> SkillFilter:
    """As the address asks; what cannot be used there counts as not asked, and the page says so."""
    competency, days = wanted("competency"), _within().value
    known = {version.terms.key for version in asked_on(about.today)}
    return SkillFilter(
        organisation_id=_place(),
        today=about.today,
        words=wanted("q"),
        names=names_asked(about.relevance, competency) if competency in known else None,
        what=read_what(wanted("what")),
        location=_location(about),
        until=None if days is None else last_day_within(about.today, days),
        is_expired=wanted("expired") == "1",
    )


def _location(about: ReportContext) -> PartnerLocation | None:
    asked = wanted("location")
    return next((one for key, one in about.locations.items() if str(key) == asked), None)


def _within() -> Asked[int]:
    return asked("within", WITHIN, read_days)


def _filters(session: Session, about: ReportContext) -> list[Filter]:
    held = list_what(session, _place())
    names: dict[str, object] = {
        f"{kind.value}:{row.what}": told_proof(kind, row.what, name_of(row)) for kind, row in held
    }
    if (what := wanted("what")) and (found := read_what(what)):
        # Nobody here may hold what another page leads to.
        names.setdefault(what, found[1])
    competencies = {one.terms.key: one.terms.name for one in asked_on(about.today)}
    places = {str(one.id): one.name for one in about.locations.values()}
    return [
        Filter("q", _("Search in this list"), hint=_("Name, address or number")),
        Filter("competency", _("Competency"), competencies),
        Filter("what", _("Exam or certification"), names),
        Filter("location", _("Location"), places, is_offered=bool(places)),
        Filter(
            "within",
            WITHIN,
            hint=_("As in 90"),
            pattern="[0-9]{1,4}",
            pattern_hint=_("A number of days"),
            error=_within().error,
        ),
        Filter("expired", _("Expired"), {"1": _("Expired")}, is_tick=True),
    ]
