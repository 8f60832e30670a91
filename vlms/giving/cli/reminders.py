"""`vlms giving reminders`: the plan, what is due, reminders by hand, the digest (F8, F10)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.reading import read_whole
from vlms.core.text import _
from vlms.giving.queries.end_warnings import list_standing
from vlms.giving.queries.reminders import plan_of
from vlms.giving.reminder_words import read_days, typed_days
from vlms.giving.rules.reminders import Plan
from vlms.giving.service.reminder_digest import write_digest
from vlms.giving.service.reminder_plans import acknowledge, set_plan
from vlms.giving.service.reminder_rounds import list_due
from vlms.giving.service.reminding import remind

_DAYS = Read(read_days, _("Days"))
_organisation = click.option(
    "--organisation", "slug", required=True, help="Its short name.", metavar="NAME"
)


@click.group()
def reminders() -> None:
    """Who is reminded of a code, when, and how often."""


@reminders.command()
@_organisation
@click.option("--after", type=_DAYS, help="Days after assigning, as 3,10,25.")
@click.option("--before", type=_DAYS, help="Days before the last day, as 90,30,7,1.")
@click.option("--ladder", type=_DAYS, help="Days before a last day on which admins are warned.")
@click.option(
    "--weekly-cap", type=Read(read_whole(0, 20), _("Reminders a week")), help="For one person."
)
@click.option("--on/--off", "is_on", default=None, help="Whether holders are reminded by it.")
@click.option("--digest/--no-digest", "has_digest", default=None, help="The monthly list.")
@json_option
@with_app
def plan(slug: str, as_json: bool, **asked: object) -> None:
    """Show an organisation's plan, after changing what is given."""
    names = {"after": "after_days", "before": "before_days"}
    given = {names.get(name, name): value for name, value in asked.items() if value is not None}
    with command_work() as work:
        key = organisation_named(work.session, slug).id
        kept = replace(plan_of(work.session, key), **given)  # type: ignore[arg-type]
        if given:
            set_plan(work, key, kept)
    print_rows([_told(kept)], as_json=as_json)


def _told(kept: Plan) -> dict[str, object]:
    return {
        "on": kept.is_on,
        "after": typed_days(kept.after_days),
        "before": typed_days(kept.before_days),
        "weekly_cap": kept.weekly_cap,
        "ladder": typed_days(kept.ladder),
        "digest": kept.has_digest,
    }


@reminders.command()
@_organisation
@json_option
@with_app
def due(slug: str, as_json: bool) -> None:
    """The reminders that are due now and were not sent, the first thousand."""
    with reading(SCOPE) as session:
        key = organisation_named(session, slug).id
        rows = [
            {
                "code": str(code.id),
                "number": f"{code.batch.number}/{code.number}",
                "person": code.person.name if code.person else None,
                "occasion": nudge.occasion,
                "since": nudge.day.isoformat(),
            }
            for code, nudge in list_due(session, key, system_clock())
        ]
    print_rows(rows, as_json=as_json)


@reminders.command()
@click.argument("code_ids", metavar="ID...", type=click.UUID, nargs=-1, required=True)
@json_option
@with_app
def send(code_ids: tuple[UUID, ...], as_json: bool) -> None:
    """Remind the holders of the codes ID..., each on its own; says row by row what not, and why."""
    print_rows([_sent(code_id) for code_id in code_ids], as_json=as_json)


def _sent(code_id: UUID) -> dict[str, object]:
    try:
        with command_work() as work:
            remind(work, code_id)
    except DomainError as refusal:
        return {"code": str(code_id), "sent": False, "why": str(refusal)}
    return {"code": str(code_id), "sent": True, "why": None}


@reminders.command()
@_organisation
@with_app
def digest(slug: str) -> None:
    """Write the list of what lies unused to the admins today, besides that of the month."""
    with command_work() as work:
        place = organisation_named(work.session, slug)
        count = write_digest(work, place, work.today(place.time_zone).isoformat())
    click.echo(f"{count} written.")


@reminders.command()
@_organisation
@json_option
@with_app
def warnings(slug: str, as_json: bool) -> None:
    """The warnings of a last day that still stand on the home page."""
    with reading(SCOPE) as session:
        key = organisation_named(session, slug).id
        rows = [
            {
                "warning": str(one.warning.id),
                "agreement": one.warning.agreement.number,
                "last_day": one.warning.last_day.isoformat(),
                "days_left": one.days_left,
                "unassigned": one.ending.unassigned,
                "unused": one.ending.unused,
            }
            for one in list_standing(session, key, system_clock())
        ]
    print_rows(rows, as_json=as_json)


@reminders.command()
@click.argument("warning_id", metavar="ID", type=click.UUID)
@with_app
def seen(warning_id: UUID) -> None:
    """Take the warning ID off the home page: somebody has seen it."""
    with command_work() as work:
        acknowledge(work, warning_id)
    click.echo(f"{warning_id} seen.")
