"""The menu: what the actor may open in this workspace, in one table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from vlms.core.permissions import Permission
from vlms.core.text import Text, _


@dataclass(frozen=True)
class Place:
    """An entry of the menu: the endpoint it opens and the permission that it needs."""

    endpoint: str
    title: Text
    picture: str
    permission: Permission
    # Kinds of organisation in which it is shown; none: in all.
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    title: Text
    picture: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Section:
    """Entries that belong together, under a word; the first stands without one."""

    title: Text | None
    entries: tuple[Entry, ...]


_OPERATOR = frozenset({"operator"})
_BUYERS = frozenset({"customer", "academic"})
_SCHOOLS = frozenset({"academic"})
_ACADEMIC = _SCHOOLS | _OPERATOR
_RESELLERS = frozenset({"reseller"})
_TRADE = _BUYERS | _RESELLERS

PLACES = (
    Place("insights.workspace", _("Home"), "home", Permission.VIEW_WORKSPACE),
    Place("deadlines.index", _("Deadlines"), "hourglass", Permission.VIEW_CUSTOMERS, _RESELLERS),
    Place(
        "customers.index", _("Customers"), "building-store", Permission.VIEW_CUSTOMERS, _RESELLERS
    ),
    Place("agreements.index", _("Agreements"), "file-invoice", Permission.VIEW_AGREEMENTS),
    Place("orders.index", _("Orders"), "shopping-cart", Permission.VIEW_ORDERS),
    Place("codes.index", _("Codes"), "ticket", Permission.VIEW_CODES),
    Place("handouts.index", _("Give to many"), "users-group", Permission.ASSIGN_CODES, _BUYERS),
    Place("reminders.index", _("Reminders"), "bell", Permission.VIEW_REMINDERS, _BUYERS),
    Place(
        "voucher_requests.index",
        _("Voucher requests"),
        "inbox",
        Permission.VIEW_VOUCHER_REQUESTS,
        _BUYERS,
    ),
    Place(
        "provider_reports.index",
        _("Providers' reports"),
        "file-spreadsheet",
        Permission.IMPORT_OUTCOMES,
    ),
    Place("outlook.index", _("Money at risk"), "alert-triangle", Permission.VIEW_OUTLOOK, _BUYERS),
    Place(
        "yields.index",
        _("From codes to certifications"),
        "report",
        Permission.VIEW_OUTLOOK,
        _BUYERS,
    ),
    Place(
        "order_plans.index", _("How many to order"), "list-check", Permission.VIEW_OUTLOOK, _BUYERS
    ),
    Place("renewals.index", _("Ends and renewals"), "refresh", Permission.VIEW_CLOSINGS, _BUYERS),
    Place(
        "entitlements.index",
        _("Entitlements"),
        "certificate",
        Permission.VIEW_AGREEMENTS,
        _BUYERS,
    ),
    Place("calendar.index", _("Calendar"), "calendar-event", Permission.VIEW_WORKSPACE),
    Place("invoices.index", _("Invoices"), "receipt", Permission.VIEW_INVOICES, _TRADE),
    Place(
        "publisher_invoices.index",
        _("Publisher's invoices"),
        "building-bank",
        Permission.VIEW_MARGINS,
        _RESELLERS,
    ),
    Place("statements.index", _("Statements"), "list-details", Permission.VIEW_STATEMENTS, _TRADE),
    Place("reconciliation.index", _("Reconciliation"), "checks", Permission.RECONCILE, _RESELLERS),
    Place("budgets.index", _("Budgets"), "coins", Permission.VIEW_BUDGETS, _BUYERS),
    Place(
        "memberships.index",
        _("Memberships"),
        "license",
        Permission.VIEW_MEMBERSHIPS,
        _BUYERS,
    ),
    Place("packs.index", _("Packs"), "package", Permission.VIEW_PACKS, _ACADEMIC),
    Place("sites.index", _("Sites"), "map-pin", Permission.VIEW_PACKS, _ACADEMIC),
    Place("sittings.index", _("Sittings"), "calendar", Permission.VIEW_ROSTERS, _SCHOOLS),
    Place("schools.index", _("Schools and classes"), "school", Permission.VIEW_ROSTERS, _SCHOOLS),
    Place(
        "benefits.index", _("Imagine Academy"), "certificate", Permission.VIEW_BENEFITS, _ACADEMIC
    ),
    Place(
        "academy_reports.index",
        _("Use and reports"),
        "chart-bar",
        Permission.VIEW_ACADEMY_REPORTS,
        _SCHOOLS,
    ),
    Place(
        "competencies.index",
        _("Competencies"),
        "list-check",
        Permission.VIEW_COMPETENCIES,
        _TRADE,
    ),
    Place(
        "certifications.index",
        _("Certifications"),
        "license",
        Permission.VIEW_CERTIFICATIONS,
        _TRADE,
    ),
    Place("people.index", _("People"), "users", Permission.VIEW_PEOPLE, _BUYERS),
    Place("links.index", _("Links of MCIDs"), "external-link", Permission.VIEW_SKILLS, _TRADE),
    Place("skills.index", _("Skills report"), "report", Permission.VIEW_SKILLS, _TRADE),
    Place(
        "skills_reports.index",
        _("Monthly reports"),
        "file-spreadsheet",
        Permission.VIEW_SKILLS,
        _TRADE,
    ),
    Place("organisations.index", _("Organisations"), "building", Permission.VIEW_ORGANISATIONS),
    Place("catalog.index", _("Catalogue"), "book", Permission.VIEW_CATALOG),
    Place("stock.index", _("Stock"), "package", Permission.EDIT_STOCK, _OPERATOR),
    Place("desk.index", _("Exam desk"), "device-desktop", Permission.CHECK_CODES),
    Place("requests.index", _("Requests"), "help", Permission.ANSWER_REQUESTS),
    Place("messages.index", _("Messages"), "mail", Permission.VIEW_MESSAGES),
    Place("journal.index", _("Journal"), "shield-check", Permission.VIEW_JOURNAL),
    Place("jobs.index", _("Jobs"), "history", Permission.VIEW_ORDERS),
    Place("roles.index", _("Roles"), "key", Permission.GRANT_ROLES),
    Place("privacy.find", _("Privacy"), "eye-off", Permission.EDIT_SYSTEM, _OPERATOR),
    Place(
        "moving_in.index",
        _("Moving in"),
        "file-spreadsheet",
        Permission.MOVE_IN,
        _BUYERS | _OPERATOR,
    ),
    Place("keys.index", _("Keys"), "lock", Permission.EDIT_SYSTEM, _OPERATOR),
    Place("settings.index", _("Settings"), "settings", Permission.EDIT_ORGANISATION_SETTINGS),
)
# Where each blueprint's entry stands; one that is named nowhere stands in the last section.
SECTIONS: tuple[tuple[Text | None, frozenset[str]], ...] = (
    (
        None,
        frozenset(
            {
                "insights",
                "my_codes",
                "my_exams",
                "my_certificates",
                "my_certifications",
                "my_links",
                "my_requests",
                "my_team",
                "my_notices",
                "my_calendar",
            }
        ),
    ),
    (
        _("Licensing"),
        frozenset(
            {
                "deadlines",
                "customers",
                "agreements",
                "orders",
                "codes",
                "handouts",
                "reminders",
                "voucher_requests",
                "provider_reports",
                "desk",
                "requests",
            }
        ),
    ),
    (
        _("Planning"),
        frozenset({"outlook", "yields", "order_plans", "renewals", "entitlements", "calendar"}),
    ),
    (
        _("Money"),
        frozenset({"invoices", "publisher_invoices", "statements", "reconciliation", "budgets"}),
    ),
    (
        _("Schools"),
        frozenset(
            {"packs", "sites", "sittings", "schools", "benefits", "academy_reports", "courses"}
        ),
    ),
    (
        _("Partner"),
        frozenset({"competencies", "links", "memberships", "skills", "skills_reports"}),
    ),
    (_("Supply"), frozenset({"catalog", "stock"})),
    (_("Who is who"), frozenset({"people", "certifications", "organisations", "roles"})),
    (_("Running this"), frozenset()),
)
# Pages that are reached from an entry's own pages, by blueprint.
_WITHIN = {
    "courses": "benefits",
    "certificates": "benefits",
    "arrivals": "messages",
    "letters": "messages",
    "taxes": "catalog",
    "charge_back": "budgets",
    "receipts": "invoices",
    "exchange_rates": "invoices",
    "postings": "invoices",
    "files": "reconciliation",
    "saved_reports": "statements",
    "closings": "renewals",
    "team_certifications": "my_team",
    "locations": "skills",
}
MY_PLACES = (
    Place("my_codes.index", _("My codes"), "ticket", Permission.USE_OWN_CODES),
    Place("my_requests.index", _("My requests"), "inbox", Permission.USE_OWN_CODES),
    Place("my_team.index", _("My team"), "users-group", Permission.USE_OWN_CODES),
    Place("my_exams.index", _("My exams"), "calendar", Permission.USE_OWN_CODES),
    Place("my_certifications.index", _("My certifications"), "license", Permission.USE_OWN_CODES),
    Place("my_certificates.index", _("My certificates"), "certificate", Permission.USE_OWN_CODES),
    Place("my_links.index", _("My MCID and links"), "external-link", Permission.USE_OWN_CODES),
    Place("my_notices.index", _("My notices"), "bell", Permission.USE_OWN_CODES),
    Place("my_calendar.index", _("My calendar"), "calendar-event", Permission.USE_OWN_CODES),
)


def navigation() -> list[Section]:
    """The sections for this request's workspace; outside one, the visitor's own codes."""
    places = [place for place in PLACES if _is_open(place)] or [
        place for place in MY_PLACES if _is_built(place)
    ]
    sections = (
        Section(title, tuple(_entry(place) for place in places if _section_of(place) == number))
        for number, (title, _blueprints) in enumerate(SECTIONS)
    )
    return [section for section in sections if section.entries]


def _section_of(place: Place) -> int:
    blueprint = place.endpoint.split(".")[0]
    last = len(SECTIONS) - 1
    return next((n for n, (_title, names) in enumerate(SECTIONS) if blueprint in names), last)


def _is_open(place: Place) -> bool:
    workspace = g.get("workspace")
    if workspace is None or not _is_built(place):
        return False
    fits = not place.kinds or workspace.kind in place.kinds
    return bool(fits and g.actor.may(place.permission))


def _is_built(place: Place) -> bool:
    return place.endpoint in current_app.view_functions


def _entry(place: Place) -> Entry:
    blueprint = place.endpoint.split(".")[0]
    is_current = (
        request.endpoint == place.endpoint
        if blueprint == "insights"
        else _WITHIN.get(request.blueprint or "", request.blueprint) == blueprint
    )
    return Entry(place.title, place.picture, url_for(place.endpoint), is_current)


def install(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = navigation
