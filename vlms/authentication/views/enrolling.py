"""Setting up the first second factor, for who may not enter without one (G4)."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.authentication.rules.steps import STEP_PAGES, Step
from vlms.authentication.views.adding import Adding, add_app, add_key, ask_for_key
from vlms.authentication.views.second_step import Answer, factors
from vlms.authentication.views.sign_in import keep_session
from vlms.authentication.views.stepping import (
    Waiting,
    are_passkeys_possible,
    pass_step,
    waiting_at,
    wanted,
)
from vlms.core.text import _, sentences
from vlms.web.access import public

__all__ = ["factors"]
STEP_PAGES[Step.ENROL] = "factors.enrol"


@factors.get("/sign-in/set-up")
@public
def enrol() -> str:
    who = waiting_at(Step.ENROL)
    return render_template(
        "factors/enrol.html", who=who, ahead=wanted(), has_passkeys=are_passkeys_possible()
    )


@factors.route("/sign-in/set-up/authenticator", methods=["GET", "POST"])
@public
def enrol_authenticator() -> Answer:
    return add_app(_adding(waiting_at(Step.ENROL)))


@factors.route("/sign-in/set-up/passkey", methods=["GET", "POST"])
@public
def enrol_passkey() -> Answer:
    return add_key(_adding(waiting_at(Step.ENROL)), "factors.ask_first_passkey")


@factors.post("/sign-in/set-up/ask-passkey")
@public
def ask_first_passkey() -> dict[str, object]:
    """What a script asks the browser to make a passkey with."""
    return ask_for_key(_adding(waiting_at(Step.ENROL)))


def _adding(who: Waiting) -> Adding:
    return Adding(who, "factors.enrol", pass_step, _entered)


def _entered() -> Response:
    """Recovery codes come next: nobody thinks of them once the telephone is lost."""
    keep_session(g.fresh_secret)
    told = (
        _("Your second factor is set up, and you have signed in."),
        _("Make recovery codes now, for the day on which you lose it."),
    )
    flash(sentences(*told), "success")
    ahead = wanted() or url_for("insights.start")
    return redirect(url_for("factors.recovery_codes", next=ahead))
