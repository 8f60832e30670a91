"""`vlms demo`: fills an empty database; one that has data is left as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from flask import current_app

from vlms.accounts.queries import list_organisations
from vlms.catalog.service.holidays import fill_holidays
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import import_prices
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, progress, with_app
from vlms.core.db import reading
from vlms.core.work import working
from vlms.demo.academy import play_academy
from vlms.demo.agreements import sign_agreements
from vlms.demo.budgets import play_budgets
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD, Cast, gather
from vlms.demo.certifications import play_certifications
from vlms.demo.closings import play_closings
from vlms.demo.codes import play_codes
from vlms.demo.competencies import play_competencies
from vlms.demo.desk import play_desk
from vlms.demo.handouts import play_handouts
from vlms.demo.invoices import play_invoices
from vlms.demo.letters import play_letters
from vlms.demo.links import play_links
from vlms.demo.locations import play_locations
from vlms.demo.memberships import play_memberships
from vlms.demo.money import play_money, play_rates
from vlms.demo.orders import SCOPE, Stage, play_orders
from vlms.demo.people import play_people
from vlms.demo.planning import play_planning
from vlms.demo.reconciliation import play_reconciliation
from vlms.demo.reminders import play_reminders
from vlms.demo.reports import play_reports
from vlms.demo.requests import play_requests
from vlms.exports.reading import read_rows
from vlms.resources import PACKAGE
from vlms.settings import Settings


@click.command("demo")
@with_app
def demo() -> None:
    """Fill an empty database with demo data; one that has data is left as it is."""
    with reading(SCOPE) as session:
        is_empty = not list_organisations(session)
    if is_empty:
        stage = set_stage(system_clock())
        with progress("Demo data", 300) as tick:
            stage.tick = tick
            play(stage)
        settings: Settings = current_app.config["SETTINGS"]
        _write_sign_ins(settings.sign_ins_file)
        click.echo("The demo data is there.")


def set_stage(now: datetime) -> Stage:
    """The catalogue, sample prices, organisations and agreements, as of this moment."""

    cast = Cast(now.date())
    with working(OPERATOR, SCOPE, now) as work:
        load_catalogue(work)
    with (PACKAGE / "catalog" / "data" / "sample-prices.csv").open("rb") as file:
        sheet = read_rows(file, "sample-prices.csv")
    with working(OPERATOR, SCOPE, now) as work:
        import_prices(work, sheet, "Sample price list", is_sample=True)
        for country in ("US", "TW"):
            fill_holidays(work, country, range(now.year - 3, now.year + 4))
    with working(OPERATOR, SCOPE, now) as work:
        gather(work, cast)
        return Stage(now, cast, sign_agreements(work, cast))


def play(stage: Stage) -> dict[str, UUID]:
    """All that happens in the demo; its orders by their names in the story."""
    orders = play_orders(stage)
    play_codes(stage, orders)
    play_people(stage)
    play_links(stage)
    play_locations(stage)
    play_letters(stage)
    play_academy(stage)
    play_desk(stage, orders)
    play_rates(stage)
    play_invoices(stage, orders)
    play_money(stage, orders)
    play_budgets(stage)
    play_reconciliation(stage)
    play_planning(stage, orders)
    play_closings(stage)
    play_requests(stage)
    play_certifications(stage)
    play_handouts(stage)
    play_reminders(stage)
    play_memberships(stage)
    play_competencies(stage)
    play_reports(stage)
    return orders


def _write_sign_ins(file: Path) -> None:
    """What `vlms serve` prints: who can sign in, and with which password."""
    names = [
        f"  {email:<35} {name} ({role.value.replace('_', ' ')})"
        for email, name, _slug, role in MEMBERS
    ]
    names += [f"  {email:<35} {name} (learner)" for email, name, _slug in LEARNERS]
    file.write_text("\n".join([f"Demo sign-ins, password {PASSWORD}:", *names, ""]), "utf-8")
