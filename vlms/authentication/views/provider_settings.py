"""Pages of an organisation's sign-in provider, and the operator's of all of them (G6)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, current_app, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_organisation
from vlms.audit.views import journal_of
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.provider_forms import ProviderForm, ReasonForm
from vlms.authentication.provider_models import ProviderDomain, ProviderIdentity, SignInProvider
from vlms.authentication.provider_queries import (
    find_provider,
    get_provider,
    get_provider_by_id,
    list_all,
    list_domains,
    list_identities,
    standing_of,
)
from vlms.authentication.rules.provider_facts import check_exclusive
from vlms.authentication.service import provider_settings as service
from vlms.authentication.service.provider_calls import try_provider
from vlms.authentication.views.provider_words import PROVIDER_QUESTIONS
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.confirming import Hindrance, Question, confirmed
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

sign_in_providers = Blueprint(
    "sign_in_providers", __name__, url_prefix="/o/<organisation>/sign-in-provider"
)
Page = str | Response | tuple[str, int]
_OWN = Permission.EDIT_ORGANISATION_SETTINGS
_TURNS: dict[str, Callable[[Work, UUID], object]] = {
    "on": service.switch_on,
    "off": service.switch_off,
    "exclusive": service.make_exclusive,
    "optional": service.make_optional,
}


@sign_in_providers.get("/")
@requires(_OWN)
def index() -> str:
    organisation_id = g.workspace.organisation_id
    provider = find_provider(db.session(), organisation_id)
    domains = [] if provider is None else list_domains(db.session(), provider.id)
    told = [] if provider is None else [provider.id, *(one.id for one in domains)]
    return render_template(
        "sign_in_providers/index.html",
        provider=provider,
        domains=domains,
        people=list_identities(db.session(), organisation_id),
        back=_address_of_answer(),
        page_address=_address_of_button(),
        operates=g.actor.may(Permission.EDIT_SYSTEM),
        entries=journal_of(*told),
    )


@sign_in_providers.route("/edit", methods=["GET", "POST"])
@requires(_OWN, proof=True)
def edit() -> Page:
    organisation_id = g.workspace.organisation_id
    provider = find_provider(db.session(), organisation_id)
    form = ProviderForm(obj=provider, domains=_typed_domains(provider))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".index")
                service.save_provider(work, organisation_id, form.facts())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved. Test it next."))
    page = render_template(
        "sign_in_providers/edit.html", form=form, answer_address=_address_of_answer()
    )
    return page, 422 if form.is_refused else 200


@sign_in_providers.post("/test")
@requires(_OWN, proof=True)
def try_out() -> Response | tuple[str, int]:
    """Asks the provider for its metadata and keys; says what is wrong with which."""
    organisation_id, form = g.workspace.organisation_id, Form()
    issuer = get_provider(db.session(), organisation_id).issuer
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    try:
        try_provider(issuer, g.now)
    except ProviderRefused as refusal:
        page = render_template("sign_in_providers/tried.html", refusal=refusal, issuer=issuer)
        return page, status_of(refusal)
    with unit_of_work(form) as work:
        work.location = url_for(".index")
        service.note_tested(work, organisation_id)
    return answer(work, _("The provider answers as it has to."))


@sign_in_providers.route("/turn/<turn>", methods=["GET", "POST"])
@requires(_OWN, proof=True)
def turn(turn: str) -> Page:
    """On, off, the only way in, or one of two."""
    if turn not in PROVIDER_QUESTIONS:
        abort(404)
    organisation_id = g.workspace.organisation_id
    provider = get_provider(db.session(), organisation_id)
    asked = PROVIDER_QUESTIONS[turn]
    hindrance = None
    if turn == "exclusive":
        place = get_organisation(db.session(), organisation_id)
        try:
            check_exclusive(standing_of(db.session(), provider, place))
        except ProviderRefused as refusal:
            hindrance = _hindrance(refusal)
    question = Question(
        asked.title,
        g.workspace.name,
        ((_("Issuer"), provider.issuer),),
        [(effect, "G6") for effect in asked.effects],
        asked.button,
        asked.picture,
        url_for(".index"),
        takes_away=asked.takes_away,
        hindrance=hindrance,
    )
    return confirmed(question, lambda work: _TURNS[turn](work, organisation_id), _("Saved."))


@sign_in_providers.route("/people/<uuid:identity_id>/forget", methods=["GET", "POST"])
@requires(_OWN, proof=True)
def forget(identity_id: UUID) -> Page:
    organisation_id = g.workspace.organisation_id
    found = [
        (one, user)
        for one, user in list_identities(db.session(), organisation_id)
        if one.id == identity_id
    ]
    if not found:
        abort(404)
    identity, user = found[0]
    question = Question(
        _("Forget who this is for the provider"),
        user.name,
        _facts_of(identity, user.email),
        (
            (
                _(
                    "Whoever the provider shows next with this verified address is bound to this "
                    "account."
                ),
                "G6",
            ),
        ),
        _("Forget"),
        "trash",
        url_for(".index"),
        takes_away=True,
    )

    def act(work: Work) -> None:
        service.forget_identity(work, organisation_id, identity_id)

    return confirmed(question, act, _("Forgotten; the next sign-in binds them anew."))


@sign_in_providers.get("/all")
@requires(Permission.EDIT_SYSTEM)
def overview() -> str:
    """For the operator: every provider, its domains to be confirmed, and whether it is down."""
    found = list_all(db.session())
    domains = {provider.id: list_domains(db.session(), provider.id) for provider, _place in found}
    return render_template("sign_in_providers/overview.html", found=found, domains=domains)


@sign_in_providers.route("/domains/<uuid:domain_id>/confirm", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def confirm_domain(domain_id: UUID) -> Page:
    domain = db.session().get(ProviderDomain, domain_id)
    if domain is None:
        abort(404)
    owner = get_organisation(db.session(), domain.organisation_id)
    effects = (
        _("Make sure that the domain is this organisation's: ask for a record in its name server."),
        _("Its provider then speaks for every address of this domain that is known there alone."),
    )
    facts = ((_("Mail domain"), domain.domain), (_("Organisation"), owner.name))
    title = _("Confirm a mail domain")
    form = ReasonForm()
    return _operators(
        (title, owner.name, facts, effects),
        (_("Confirm"), "check"),
        lambda work: service.confirm_domain(work, domain_id, form.reason.value or ""),
        form,
    )


@sign_in_providers.route("/<uuid:provider_id>/suspend", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def suspend(provider_id: UUID) -> Page:
    provider = get_provider_by_id(db.session(), provider_id)
    owner = get_organisation(db.session(), provider.organisation_id)
    effects = (
        _("Passwords open again, and can be set by mail, until you undo this."),
        _("Use it while the provider is down or its people are shut out."),
    )
    form = ReasonForm()
    return _operators(
        (_("Let people in by password"), owner.name, ((_("Issuer"), provider.issuer),), effects),
        (_("Let them in"), "lock-open"),
        lambda work: service.suspend(work, provider_id, form.reason.value or ""),
        form,
    )


@sign_in_providers.route("/<uuid:provider_id>/resume", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def resume(provider_id: UUID) -> Page:
    provider = get_provider_by_id(db.session(), provider_id)
    owner = get_organisation(db.session(), provider.organisation_id)
    effects = (_("The organisation's people sign in with the provider alone again."),)
    title = _("The provider is the only way in again")
    return _operators(
        (title, owner.name, ((_("Issuer"), provider.issuer),), effects),
        (_("Undo the exception"), "lock"),
        lambda work: service.resume(work, provider_id),
        Form(),
    )


def _operators(
    told: tuple[Text, str, tuple[tuple[Text, object], ...], tuple[Text, ...]],
    button: tuple[Text, str],
    act: Callable[[Work], object],
    form: Form,
) -> Page:
    """A question to the operator: title, about whom, facts and effects; the button's words."""
    title, about, facts, effects = told
    pairs = [(effect, "G6") for effect in effects]
    question = Question(title, about, facts, pairs, *button, url_for(".overview"))
    return confirmed(question, act, _("Saved."), form=form)


def _facts_of(identity: ProviderIdentity, email: str) -> tuple[tuple[Text, object], ...]:
    return ((_("E-mail address"), email), (_("Issuer"), identity.issuer))


def _hindrance(refusal: ProviderRefused) -> Hindrance:
    way_out = refusal.way_out or _("Leave it as it is.")
    label = _("Back to the sign-in provider")
    return Hindrance(refusal.sentence, way_out, label, url_for(".index"))


def _typed_domains(provider: SignInProvider | None) -> str:
    found = [] if provider is None else list_domains(db.session(), provider.id)
    return "\n".join(one.domain for one in found)


def _address_of_answer() -> str:
    return _outside("authentication.answer_of_provider")


def _address_of_button() -> str:
    return _outside("authentication.choose_provider")


def _outside(endpoint: str) -> str:
    """A whole address, as the provider and an intranet need it."""
    path = url_for(endpoint, slug=g.workspace.slug)
    return str(current_app.config["SETTINGS"].base_url) + path
