"""`vlms skills`: the skills report of a partner, in the published layouts or to read (K5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import organisation_named
from vlms.certifications.rules.renewal import ZONE
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, Read, with_app, written
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.reading import read_whole
from vlms.core.text import Text, _
from vlms.exports.table import Table
from vlms.partners.competencies import get_asked
from vlms.partners.queries.locations import get_location_named
from vlms.partners.queries.skills_report import (
    ReportContext,
    SkillFilter,
    SkillLine,
    list_skills,
    report_context,
)
from vlms.partners.rules.skills_report import (
    MOST_DAYS,
    What,
    last_day_within,
    names_asked,
    read_what,
)
from vlms.partners.skills_exports import learning_table, readable_table, skills_table
from vlms.web.pages import WRITERS


def _read_what(typed: str, label: Text) -> What:
    found = read_what(typed)
    if found is None:
        raise BadInput(
            None,
            _("This names neither an exam nor a certification."),
            reason="unreadable",
            field=str(label),
            way_out=_("Write it as exam:AZ-104, or as certification: with its key."),
        )
    return found


@click.group("skills")
def skills() -> None:
    """The skills report of a partner (K5)."""


@skills.command("report")
@click.argument("slug", metavar="ORGANISATION")
@click.option("--competency", metavar="KEY", help="What this competency asks for.")
@click.option("--what", type=Read(_read_what, _("Exam or certification")), metavar="KIND:NAME")
@click.option("--person", "words", help="Part of a name or an address.")
@click.option("--location", metavar="MPN-ID")
@click.option("--within", type=Read(read_whole(0, MOST_DAYS), _("Days")), metavar="DAYS")
@click.option("--expired", is_flag=True, help="What has expired; with --within, both.")
@click.option("--layout", type=click.Choice(["skills", "learning"]), default="skills")
@click.option("--format", "form", type=click.Choice(sorted(WRITERS)), default="csv")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_app
def report(slug: str, layout: str, form: str, out: Path, **asked: Any) -> None:
    """Write the skills report of an ORGANISATION; as PDF it is a list to read."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        today = local_day(system_clock(), ZONE)
        about = report_context(session, owner.id, today)
        table = _table(session, _filter(session, about, asked), about, (layout, form))
        with written(out) as target:
            WRITERS[form](table, target)


def _filter(session: Session, about: ReportContext, asked: dict[str, Any]) -> SkillFilter:
    place, names = about.organisation.id, None
    if asked["competency"]:
        key = get_asked(asked["competency"], about.today).terms.key
        names = names_asked(about.relevance, key)
    mpn_id, days = asked["location"], asked["within"]
    return SkillFilter(
        organisation_id=place,
        today=about.today,
        words=asked["words"] or None,
        names=names,
        what=asked["what"],
        location=get_location_named(session, place, mpn_id) if mpn_id else None,
        until=None if days is None else last_day_within(about.today, days),
        is_expired=asked["expired"],
    )


def _table(
    session: Session, wanted: SkillFilter, about: ReportContext, what: tuple[str, str]
) -> Table[SkillLine]:
    now, (layout, form) = system_clock(), what
    lines = list_skills(session, wanted, about, now)
    if form == "pdf":
        return readable_table(lines, lambda proof: str(getattr(proof, "name_en", "")), now)
    return learning_table(lines, now) if layout == "learning" else skills_table(lines, now)
