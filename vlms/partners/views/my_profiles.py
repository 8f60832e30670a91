"""Proving one's own MCID by a mailed code, and telling of the learning profile (K1, R5)."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_user, list_persons_of
from vlms.authentication.forms import MailedCodeForm
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.partners.link_forms import LearningForm, ProfileForm
from vlms.partners.models.links import CertificationProfile
from vlms.partners.queries.profiles import (
    find_claim,
    get_profile,
    has_proved_address,
    list_profiles,
)
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.profiles import (
    claim_profile,
    code_of,
    count_profile_try,
    may_prove_at_once,
    prove_at_once,
    prove_profile,
    send_again,
    tell_learning,
    tell_merged,
)
from vlms.partners.views.my_links import SCOPE, Answer, my_links
from vlms.web.access import requires
from vlms.web.confirming import Question
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["my_links"]
my_links.add_app_template_filter(code_of, "profile_code")


@my_links.route("/profile", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def enter_profile() -> Answer | tuple[str, int, dict[str, str]]:
    """At once where mail to the address has reached the user before; else by a code."""
    form = ProfileForm(data=_known())
    if form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                told = _begin(work, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, told)
    page = render_template("my_links/enter_profile.html", form=form)
    if form.refusals:
        return page, status_of(form.refusals[0]), headers_of(form.refusals[0])
    return page, 422 if form.is_refused else 200


@my_links.route("/code", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def enter_code() -> Answer | tuple[str, int, dict[str, str]]:
    form = MailedCodeForm()
    with reading(SCOPE) as session:
        claim = find_claim(session, g.visitor.user_id)
        facts = None if claim is None else (claim.mcid, claim.email)
    if facts is None:
        flash(str(_("No MCID of yours waits to be proved.")), "info")
        return redirect(url_for("my_links.index"))
    if form.validate_on_submit():
        try:
            with unit_of_work(scope=SCOPE) as work:
                count_profile_try(work)
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("my_links.index")
                prove_profile(work, form.code.data or "")
        except DomainError as refusal:
            form.refuse(refusal)
            return _code_page(form, facts), status_of(refusal), headers_of(refusal)
        return answer(work, _("Proved: this MCID is yours."))
    return _code_page(form, facts), 422 if form.is_refused else 200


@my_links.post("/code/again")
@requires(Permission.USE_OWN_CODES)
def send_code() -> Response:
    """Another mail; the code of the one before opens nothing any more."""
    form = Form()
    if form.validate_on_submit():
        with unit_of_work(form, scope=SCOPE) as work:
            work.location = url_for("my_links.enter_code")
            send_again(work)
        return answer(work, _("A new code is on its way."))
    return redirect(url_for("my_links.enter_code"))


@my_links.route("/profiles/<uuid:profile_id>/learning", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def learning(profile_id: UUID) -> Answer:
    """R5: the learning profile that belongs to a certification profile."""
    profile = _own(profile_id)
    form = LearningForm(
        kind=(profile.learning_kind or AccountKind.PERSONAL).value,
        account=profile.learning_account or "",
        is_linked=profile.is_learning_linked,
    )
    if form.validate_on_submit():
        with unit_of_work(form, scope=SCOPE) as work:
            work.location = url_for("my_links.index")
            kind, account = AccountKind(form.kind.value), form.account.value
            tell_learning(work, profile_id, kind, account, is_linked=bool(form.is_linked.data))
        return answer(work, _("Saved."))
    page = render_template("my_links/learning.html", form=form, profile=profile)
    return page, 422 if form.is_refused else 200


@my_links.route("/profiles/<uuid:profile_id>/merged", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES, proof=True)
def merged(profile_id: UUID) -> Answer:
    """R5: certification support has merged this profile into the other one."""
    profile, form = _own(profile_id), Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = url_for("my_links.index")
                tell_merged(work, profile_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Merged. One certification profile is left."))
    page = render_template("confirm.html", form=form, question=_question(profile))
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200


def _begin(work: Work, form: ProfileForm) -> Text:
    """Proves the MCID, or sends its code; where to go on and what to say."""
    wish = form.wish()
    if may_prove_at_once(work, wish.email):
        work.location = url_for("my_links.index")
        prove_at_once(work, wish)
        return _("Proved: this MCID is yours.")
    work.location = url_for("my_links.enter_code")
    claim_profile(work, wish)
    return _("A code is on its way to the address of the MCID.")


def _known() -> dict[str, str]:
    """What the directory says, and the address that needs no mail: often one click is enough."""
    with reading(SCOPE) as session:
        user = get_user(session, g.visitor.user_id)
        proved = {one.mcid for one in list_profiles(session, user.id)}
        told = {one.mcid for one in list_persons_of(session, user.id, g.visitor.only_in)}
        mcid = next(iter(sorted(one for one in told - proved if one)), "")
        return {"mcid": mcid, "email": user.email if has_proved_address(session, user) else ""}


def _own(profile_id: UUID) -> CertificationProfile:
    with reading(SCOPE) as session:
        profile = get_profile(session, g.visitor.user_id, profile_id)
        session.expunge(profile)
        return profile


def _question(profile: CertificationProfile) -> Question:
    return Question(
        _("My profiles are merged"),
        profile.mcid or "",
        ((_("MCID"), profile.mcid), (_("Its mail address"), profile.email)),
        (
            (_("Certification support has merged this profile into your other one."), "R5"),
            (_("It ends here. A link stays, with the MCID that is left."), "K1"),
        ),
        _("It was merged into the other"),
        "replace",
        url_for("my_links.index"),
    )


def _code_page(form: MailedCodeForm, facts: tuple[str, str]) -> str:
    mcid, email = facts
    return render_template("my_links/enter_code.html", form=form, mcid=mcid, email=email)
