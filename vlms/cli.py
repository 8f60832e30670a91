"""The command line: names and one-line helps here, the commands in their domains.

A command's module is imported only when it is called, so that `vlms --help` is quick.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from vlms.core.loading import load, nothing_is_garbage

# command: (where it is, what it does)
COMMANDS = {
    "quote": ("vlms.orders.quote_cli:quote", "Price a line, or a file of lines; no database."),
    "explain": (
        "vlms.partners.cli.explain:explain_group",
        "Days and waits by the rules of certifications and memberships; no database.",
    ),
    "db": ("vlms.db_cli:db_group", "Make, migrate and check the database."),
    "demo": ("vlms.demo.cli:demo", "Fill an empty database with demo data."),
    "serve": ("vlms.serve:serve", "Run the web server and the worker."),
    "worker": ("vlms.jobs.cli:worker", "Run the worker alone."),
    "organisations": ("vlms.accounts.cli:organisations", "Organisations and their schools."),
    "users": ("vlms.authentication.visit_cli:users", "Users, roles and one-time links."),
    "sign-in": (
        "vlms.authentication.provider_cli:sign_in",
        "The sign-in providers of organisations.",
    ),
    "people": ("vlms.accounts.cli:people", "The directory of an organisation."),
    "account": ("vlms.authentication.factor_cli:account", "One's own account, password, factors."),
    "views": ("vlms.accounts.cli:views", "The views of lists that a user keeps."),
    "my-codes": ("vlms.codes.help_cli:my_codes", "A person's own codes, acting as that person."),
    "requests": ("vlms.codes.help_cli:requests", "What holders asked about their codes."),
    "catalog": ("vlms.catalog.cli:catalog", "Products, exams and price lists."),
    "agreements": ("vlms.agreements.cli:agreements", "Agreements and their contacts."),
    "orders": ("vlms.orders.cli:orders", "Orders and their steps."),
    "codes": ("vlms.codes.cli:codes", "Codes: list, assign, register, record, export."),
    "disclosures": (
        "vlms.disclosures.cli:disclosures",
        "Codes shown or exported to admins, acting as one.",
    ),
    "certifications": (
        "vlms.certifications.cli:certifications",
        "What people have passed and hold, and its renewal.",
    ),
    "competencies": (
        "vlms.partners.cli.competencies:competencies",
        "An organisation's competencies: how they stand, head-room.",
    ),
    "links": (
        "vlms.partners.cli.links:links",
        "MCIDs, and the organisations that they are linked to.",
    ),
    "monthly-reports": (
        "vlms.partners.cli.skills_reports:monthly_reports",
        "Monthly reports of the programme: import, differences, what is worked off.",
    ),
    "skills": ("vlms.partners.cli.skills:skills", "The skills report of a partner."),
    "locations": (
        "vlms.partners.cli.locations:locations",
        "A partner's locations with their MPN ids, and who belongs to which.",
    ),
    "memberships": (
        "vlms.partners.cli.memberships:memberships",
        "Membership offers of partners: orders, payments, benefits.",
    ),
    "stock": ("vlms.codes.stock_cli:stock", "Provider's codes that the operator holds."),
    "keys": ("vlms.codes.keys_cli:keys", "The keys that seal codes: list, rotate, shred."),
    "academy": ("vlms.academy.cli:academy", "Packs, schools and rosters, exams at schools."),
    "billing": ("vlms.billing.cli:billing", "Prices, taxes, invoices, receipts, budgets."),
    "reconciliation": (
        "vlms.reconciliation.cli:reconciliation",
        "Statements, files of others, differences, periods.",
    ),
    "giving": (
        "vlms.giving.cli:giving",
        "Codes to many people: handouts, reminders, requests, providers' reports.",
    ),
    "planning": (
        "vlms.planning.cli:planning",
        "Money at risk, order plans, ends and renewals, calendar, moving in.",
    ),
    "home": ("vlms.insights.cli:home", "What an organisation's home page counts."),
    "messages": ("vlms.notices.cli:messages", "The outbox."),
    "audit": ("vlms.journal.cli:audit", "The journal: look for entries, check, sign, export."),
    "privacy": ("vlms.privacy.cli:privacy", "Erase people; what is held on them, how long."),
    "jobs": ("vlms.jobs.cli:jobs", "Long work: list, show, cancel, wait."),
}


class LazyGroup(click.Group):
    """Loads a command when it is called; lists them without loading any."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = load(COMMANDS[name][0])
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_where, line) in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(package_name="vlms")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """VLMS: volume-licensing vouchers and access codes."""
    ctx.obj = _make_app


def _make_app() -> Any:
    """The application, on a database of this release. Raises DatabaseNotReady."""
    with nothing_is_garbage():
        app = load("vlms.app:create_app")()
    with app.app_context():
        load("vlms.core.health:check_database")()
    return app


def main() -> None:
    """The `vlms` command; a refusal is a sentence, never a traceback."""
    try:
        cli.main(standalone_mode=True)
    except Exception as error:
        if not _is_refusal(error):
            raise
        click.echo(f"vlms: {error}", err=True)
        sys.exit(1)


def _is_refusal(error: Exception) -> bool:
    """Refusals of rules and settings, told by name so that nothing is imported for it."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"DomainError", "SettingsRefused"})
