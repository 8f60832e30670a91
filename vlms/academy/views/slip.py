"""The page that a slip opens: its person sets up the sign-in. Opening it changes nothing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField

from vlms.academy.errors import SlipOver
from vlms.academy.rules.slips import partly
from vlms.academy.service.slips import OpenSlip, open_slip, set_up_sign_in
from vlms.authentication.forms import password_hint
from vlms.authentication.rules.passwords import SHORTEST_ALONE
from vlms.authentication.views.sign_in import begin_session
from vlms.codes.service.tries import SLIPS, give_back, take_try
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.web.access import public
from vlms.web.body_fields import takes
from vlms.web.errors import status_of
from vlms.web.forms import Form, YesField
from vlms.web.unit_of_work import unit_of_work

slip = Blueprint("slip", __name__, url_prefix="/slip")

_BEARER = Actor("slip")
_SCOPE = System("slip")


class SetUpForm(Form):
    """The bearer says that the slip is theirs, and chooses a password."""

    is_me = YesField(_("This is me."))
    password = PasswordField(
        _("Password"),
        description=password_hint(SHORTEST_ALONE),
        render_kw={"autocomplete": "new-password"},
    )

    def check(self) -> None:
        """Raises BadInput unless the person has confirmed."""
        if not self.is_me.data:
            raise BadInput(
                None,
                _("Say whether this is you."),
                field="is_me",
                way_out=_("If it is not, give the slip to its person."),
            )


@slip.get("/<token>")
@public
def show(token: str) -> str | tuple[str, int]:
    """Raises NotFound for a forged one, TooMany beyond the tries of an hour."""
    return _page(token, SetUpForm())


@slip.post("/<token>")
@public
@takes("username")
def take(token: str) -> str | Response | tuple[str, int]:
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            form.check()
            with unit_of_work(actor=_BEARER, scope=_SCOPE) as work:
                name = open_slip(work, token).sign_in_name
                secret = set_up_sign_in(work, token, form.password.data or "")
        except NotFound:
            # Counted and told as when it is only opened.
            return _page(token, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            begin_session(secret)
            flash(str(_("From now on you sign in as %(name)s.", name=name)), "success")
            return redirect(url_for("insights.own_start"))
    return _page(token, form, 422)


def _page(token: str, form: SetUpForm, status: int = 200) -> str | tuple[str, int]:
    """Only who opens nothing is counted: a class may sit behind one address."""
    source = f"source:{request.remote_addr}"
    with unit_of_work(actor=_BEARER, scope=_SCOPE) as work:
        take_try(work, SLIPS, source)
    try:
        with unit_of_work(actor=_BEARER, scope=_SCOPE) as work:
            found = open_slip(work, token)
            give_back(work, SLIPS, source)
            return _shown(found, form), status
    except SlipOver as refusal:
        with unit_of_work(actor=_BEARER, scope=_SCOPE) as work:
            give_back(work, SLIPS, source)
        return _over(refusal)


def _shown(found: OpenSlip, form: SetUpForm) -> str:
    return render_template("slip/show.html", found=found, form=form, name=partly(found.person.name))


def _over(refusal: NotFound) -> tuple[str, int]:
    return render_template("slip/over.html", refusal=refusal), status_of(refusal)
