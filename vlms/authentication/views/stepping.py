"""What the pages of a sign-in's steps share: whose unfinished session it is, and going on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import User
from vlms.authentication.queries import find_unfinished
from vlms.authentication.rules.relying_party import RelyingParty, relying_party, takes_passkeys
from vlms.authentication.rules.steps import STEP_PAGES, Proof, Step
from vlms.authentication.service.sessions import step_of, take_step
from vlms.authentication.views.sign_in import keep_session
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.work import Actor, Work
from vlms.web.access import SECRET
from vlms.web.addresses import local_address
from vlms.web.locales import speak_as

SCOPE = System("second factor")


@dataclass(frozen=True)
class Waiting:
    """Somebody at a step: who, in which session."""

    user_id: UUID
    session_id: UUID
    name: str
    email: str

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.user_id)

    @property
    def key(self) -> tuple[UUID, UUID]:
        return self.user_id, self.session_id


def waiting_at(step: Step) -> Waiting:
    """Who is at this step now; everybody else is led to where they belong."""
    secret = session.get(SECRET)
    with reading(SCOPE) as reader:
        found = find_unfinished(reader, secret, g.now) if isinstance(secret, str) else None
        if found is None:
            place = "insights.start" if g.visitor else "accounts.sign_in"
            abort(redirect(url_for(place, next=wanted())))
        ahead = step_of(reader, found)
        if ahead is not step:
            place = STEP_PAGES.get(ahead, "accounts.sign_in")
            abort(redirect(url_for(place, next=wanted())))
        user = reader.get_one(User, found.user_id)
        speak_as(user.language)
        return Waiting(user.id, found.id, user.name, user.email)


def pass_step(work: Work) -> None:
    """The factor was shown: the session goes on, under a new secret."""
    g.fresh_secret = take_step(work, session[SECRET], Proof.FACTOR)


def go_on() -> Response:
    """To the page that was wanted, after the work is committed."""
    keep_session(g.fresh_secret)
    return redirect(wanted() or url_for("insights.start"))


def wanted() -> str | None:
    """Where somebody was going when they were asked who they are."""
    return local_address(request.args.get("next"))


def party() -> RelyingParty:
    return relying_party(current_app.config["SETTINGS"].base_url)


def are_passkeys_possible() -> bool:
    return takes_passkeys(current_app.config["SETTINGS"].base_url)
