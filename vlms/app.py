"""Builds the application: a table of contents."""

from __future__ import annotations

import os

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from vlms.academy.views import ACADEMY_BLUEPRINTS
from vlms.accounts.agreement_choices import use_agreement_choices
from vlms.accounts.bound import use_bound_finders
from vlms.accounts.mail_directory import AccountsDirectory
from vlms.accounts.shields import use_shields
from vlms.accounts.standing import find_standing
from vlms.accounts.views import ACCOUNT_BLUEPRINTS
from vlms.agreements.contacts import find_notices_contact
from vlms.agreements.queries import list_terms_in_use
from vlms.agreements.views import agreements
from vlms.audit import service as journal
from vlms.authentication.doorkeeper import SessionDoorkeeper
from vlms.authentication.factor_queries import find_shields, use_compulsion
from vlms.authentication.service.provider_calls import use_fence
from vlms.authentication.service.visits import use_visit_contacts
from vlms.authentication.views import AUTHENTICATION_BLUEPRINTS
from vlms.authentication.views.sign_in import ask_to_sign_in
from vlms.billing.views import BILLING_BLUEPRINTS
from vlms.catalog.terms_in_use import use_terms_in_use
from vlms.catalog.views import catalog
from vlms.certifications import words as certification_words
from vlms.certifications.views import CERTIFICATION_BLUEPRINTS
from vlms.codes.claim_views import claim
from vlms.codes.desk_views import desk
from vlms.codes.key_views import keys as key_pages
from vlms.codes.my_views import my_codes
from vlms.codes.request_views import requests
from vlms.codes.result_views import results
from vlms.codes.trouble_views import trouble
from vlms.codes.views import CODE_BLUEPRINTS
from vlms.core.calling import Fence
from vlms.core.clock import Clock, system_clock
from vlms.core.database_roles import watch_role
from vlms.core.db import db, engine_options, prepare_engine
from vlms.core.installation import open_keys
from vlms.core.keys import load_keys
from vlms.core.masters import use_key_source
from vlms.core.work import Terms, equip
from vlms.disclosures.views import disclosures
from vlms.giving.views import GIVING_BLUEPRINTS
from vlms.insights.finding_views import finding
from vlms.insights.help_views import help_pages
from vlms.insights.views import insights
from vlms.jobs.standing import use_standings
from vlms.jobs.views import jobs
from vlms.journal import denials
from vlms.journal.views import journal as journal_pages
from vlms.keys.sealed import use_sealed
from vlms.notices.directory import use_directory
from vlms.notices.hook_views import bounces, take
from vlms.notices.letter_views import letters
from vlms.notices.my_views import declining, my_notices, off
from vlms.notices.views import messages
from vlms.orders.views import orders
from vlms.partners.views import PARTNER_BLUEPRINTS
from vlms.planning.views import PLANNING_BLUEPRINTS
from vlms.privacy.views import PRIVACY_BLUEPRINTS
from vlms.reactions import (
    BOUND_FINDERS,
    JOBS,
    REACTIONS,
    SEALED_FILES,
    SEALED_TEXTS,
    SIGNED_BY_MASTER,
    list_agreement_choices,
)
from vlms.reconciliation.views import RECONCILIATION_BLUEPRINTS
from vlms.resources import resource_path
from vlms.settings import Settings, read_settings
from vlms.tables import TABLES
from vlms.web import (
    about,
    access,
    appearance,
    body_fields,
    compression,
    errors,
    headers,
    input_gate,
    locales,
    logs,
    looks,
    navigation,
    own_site,
    panels,
    telling,
    templating,
    words,
)
from vlms.web.static_files import serve_static

BLUEPRINTS = (
    insights,
    help_pages,
    finding,
    *ACCOUNT_BLUEPRINTS,
    *AUTHENTICATION_BLUEPRINTS,
    messages,
    letters,
    bounces,
    my_notices,
    declining,
    jobs,
    journal_pages,
    catalog,
    orders,
    my_codes,
    results,
    trouble,
    requests,
    desk,
    claim,
    agreements,
    *ACADEMY_BLUEPRINTS,
    *CERTIFICATION_BLUEPRINTS,
    *CODE_BLUEPRINTS,
    key_pages,
    disclosures,
    *BILLING_BLUEPRINTS,
    *RECONCILIATION_BLUEPRINTS,
    *GIVING_BLUEPRINTS,
    *PARTNER_BLUEPRINTS,
    *PLANNING_BLUEPRINTS,
    *PRIVACY_BLUEPRINTS,
)
# What these are sent proves itself: a signed link, a signed message. No browser's cookie counts.
SIGNED = (off, take)


class UndeclaredAccess(RuntimeError):
    """A view does not say who may enter; the application does not start."""


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """The application.

    Raises UndeclaredAccess, SettingsRefused, WrongKeys, KeysRefused, RoleRefused.
    """
    settings = settings or read_settings(os.environ)
    app = Flask(
        "vlms",
        static_folder=str(resource_path("static")),
        template_folder=str(resource_path("templates")),
        instance_path=str(settings.instance),
    )
    logs.install()
    _configure(app, settings)
    _connect(app, settings)
    equip_app(app, settings)
    locales.install(app)
    _fence(app, clock)
    errors.install(app)
    headers.install(app)
    compression.install(app)
    templating.install(app)
    navigation.install(app)
    panels.install(app)
    appearance.install(app)
    about.install(app)
    looks.install(app)
    words.install(app)
    words.add_words(*certification_words.JOURNAL_WORDS)
    telling.install(app)
    denials.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    missing = access.undeclared(app)
    if missing:
        raise UndeclaredAccess(", ".join(missing))
    body_fields.install(app)
    behind = ProxyFix(app.wsgi_app, settings.proxies, x_proto=0)
    app.wsgi_app = serve_static(behind, settings.instance)  # type: ignore[method-assign]
    return app


def _fence(app: Flask, clock: Clock) -> None:
    """What each request passes before its view, in this order."""
    input_gate.install_envelope(app)
    own_site.install(app, SIGNED)
    access.install(app, SessionDoorkeeper(clock), clock, ask_to_sign_in)
    input_gate.install_texts(app)
    # After the gate: who was signed out is led to sign in, with the form kept.
    csrf = CSRFProtect(app)
    for view in SIGNED:
        csrf.exempt(view)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=settings.upload_bytes + 65_536,
        SESSION_COOKIE_NAME="__Host-vlms" if settings.secure_cookies else "vlms",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.testing,
        PROPAGATE_EXCEPTIONS=settings.testing,
    )


def _connect(app: Flask, settings: Settings) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.extensions["vlms.tables"] = TABLES
    db.init_app(app)
    Migrate(app, db, directory=str(resource_path("migrations")), render_as_batch=True)
    journal.install()
    with app.app_context():
        prepare_engine(db.engine)
        if not settings.single_database_role:
            watch_role(db.engine)


def equip_app(app: Flask, settings: Settings) -> None:
    """Give the work its keys and what the domains do for each other."""
    with app.app_context():
        keys = open_keys(settings.key_file, settings.keys)
    use_key_source(lambda: load_keys(settings.key_file, settings.keys))
    use_sealed(SEALED_TEXTS, SEALED_FILES, SIGNED_BY_MASTER)
    app.secret_key = keys.session
    app.extensions["vlms.jobs"] = JOBS
    use_directory(AccountsDirectory(keys.link))
    use_compulsion(is_waived=settings.demo)
    use_shields(find_shields)
    use_visit_contacts(find_notices_contact)
    has_loopback = settings.demo or settings.testing
    use_fence(Fence(loopback=has_loopback, private=settings.private_providers))
    use_standings(find_standing)
    use_terms_in_use(list_terms_in_use)
    use_agreement_choices(list_agreement_choices)
    use_bound_finders(*BOUND_FINDERS)
    equip(keys, _terms(settings), REACTIONS)


def _terms(settings: Settings) -> Terms:
    limits = (settings.export_limit, settings.alarm_failures)
    return Terms(settings.order_early_days, settings.outcome_days, *limits)
