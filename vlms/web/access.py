"""The gate: every view says who may enter; one place looks it up, before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from vlms.core.clock import Clock
from vlms.core.db import db, see_one_moment
from vlms.core.language import Language
from vlms.core.permissions import Permission, Role
from vlms.core.scope import Holder, Scope
from vlms.core.work import Actor, Behind
from vlms.web import kept_forms
from vlms.web.visits import (
    Visit,
    bind_forms,
    check_only_looks,
    check_same_eyes,
    say_it_is_over,
)

P = ParamSpec("P")
R = TypeVar("R")

# Endpoints of other packages, reviewed: they serve files that everyone may read.
FOREIGN_PUBLIC = frozenset({"static"})
SECRET = "secret"
# The secret of a session that was ended by signing out: it opens nothing.
ENDED = "ended"
# How long a proof counts for views that ask for a fresh one.
PROVED_FOR = timedelta(minutes=5)
Door = Callable[[str, str], AnyResponse]


@dataclass(frozen=True)
class Workspace:
    """An organisation in which a visitor acts, and what its scope there is."""

    organisation_id: UUID
    slug: str
    name: str
    kind: str
    time_zone: str
    roles: frozenset[Role] = frozenset()
    scope: Scope | None = None


@dataclass(frozen=True)
class Visitor:
    """Somebody who has signed in."""

    user_id: UUID
    name: str
    email: str
    language: Language
    time_zone: str
    workspaces: tuple[Workspace, ...] = field(default=())
    session_id: UUID | None = None
    # When they last showed who they are: by password or second factor.
    proved_at: datetime | None = None
    # Set where an operator sees the system as this user.
    visit: Visit | None = None

    @property
    def behind(self) -> Behind | None:
        """Who is at the keyboard, if it is somebody else."""
        visit = self.visit
        return Behind(visit.operator_id, visit.operator_name) if visit else None

    @property
    def only_in(self) -> UUID | None:
        """In a visit the organisation of which alone anything is shown; else None (G7)."""
        return self.visit.organisation_id if self.visit else None


class Doorkeeper(Protocol):
    """What the gate asks about visitors; authentication answers."""

    def visitor(self, secret: str) -> Visitor | None:
        """Who holds this session secret now."""

    def owner(self, secret: str) -> UUID | None:
        """Whose session this secret opened, though it may have ended."""

    def workspace(self, visitor: Visitor, slug: str) -> Workspace | None:
        """The organisation with this slug, if the visitor has a role there now."""

    def holder(self, visitor: Visitor) -> Holder:
        """The scope of the visitor's own persons."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may enter, signed in or not."""
    view.access = None  # type: ignore[attr-defined]
    return view


def requires(
    permission: Permission, *, proof: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only who has this permission in the address's organisation may enter.

    With `proof` only who has shown within five minutes who they are: others are asked for it
    first and led back, with the form that they had filled in.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.access = permission  # type: ignore[attr-defined]
        view.needs_proof = proof  # type: ignore[attr-defined]
        return view

    return mark


def undeclared(app: Flask) -> list[str]:
    """The endpoints that declare no access: there must be none."""
    return [
        endpoint
        for endpoint, view in app.view_functions.items()
        if not hasattr(view, "access") and endpoint not in FOREIGN_PUBLIC
    ]


def install(app: Flask, doorkeeper: Doorkeeper, clock: Clock, door: Door) -> None:
    """Put the gate in front of every request; `door` is the page for who must sign in."""
    app.url_value_preprocessor(_take_organisation)
    app.url_defaults(_give_organisation)
    app.after_request(_keep_private)

    @app.before_request
    def _gate() -> AnyResponse | None:
        g.now = clock()
        g.actor, g.scope, g.workspace = Actor(""), None, None
        secret = session.get(SECRET)
        g.visitor = doorkeeper.visitor(secret) if isinstance(secret, str) else None
        access = _declared(request.endpoint)
        if (over := _check_eyes(g.visitor)) is not None:
            return over
        if access is None:
            return None
        if g.visitor is None:
            return _keep_and_ask(doorkeeper, door) or _to_sign_in()
        _enter(doorkeeper, g.visitor)
        g.actor.require(access)
        if _needs_proof(request.endpoint) and not is_freshly_proved(g.visitor, g.now):
            return _to_proof(g.visitor)
        if not g.visitor.visit:
            kept_forms.take_up(g.visitor.user_id)
        return None


def _check_eyes(visitor: Visitor | None) -> AnyResponse | None:
    """Holds who sees as somebody else to looking (G7), and tells them when that is over."""
    visit = visitor.visit if visitor else None
    is_over = bind_forms(visit)
    if visit:
        check_only_looks(_needs_proof(request.endpoint))
    check_same_eyes()
    is_page = request.endpoint not in FOREIGN_PUBLIC
    return say_it_is_over() if is_over and is_page and visitor is not None else None


def _keep_and_ask(doorkeeper: Doorkeeper, door: Door) -> AnyResponse | None:
    """The sign-in page with the form that was sent in it, where there is one to keep."""
    sent = kept_forms.sent_form()
    if sent is None:
        return None
    secret = session.get(SECRET) or session.get(ENDED)
    owner = doorkeeper.owner(secret) if isinstance(secret, str) else None
    return door(sent.address, kept_forms.seal(replace(sent, user_id=owner)))


def _declared(endpoint: str | None) -> Permission | None:
    """What the endpoint's view asks for; None for public ones and where nothing is."""
    if endpoint is None or endpoint in FOREIGN_PUBLIC:
        return None
    access: Permission | None = getattr(current_app.view_functions[endpoint], "access")  # noqa: B009
    return access


def is_freshly_proved(visitor: Visitor, now: datetime) -> bool:
    """Whether their last proof still counts; at its last moment it no longer does."""
    return visitor.proved_at is not None and now - visitor.proved_at < PROVED_FOR


def _needs_proof(endpoint: str | None) -> bool:
    view = current_app.view_functions.get(endpoint or "")
    return bool(getattr(view, "needs_proof", False))


def _to_proof(visitor: Visitor) -> AnyResponse:
    """The page that asks for a proof; a form that was sent comes back filled in after it."""
    sent = kept_forms.sent_form()
    wanted = kept_forms.keep_sent(sent, visitor.user_id) if sent else _page_wanted()
    address = url_for("authentication.prove", next=wanted)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def _page_wanted() -> str | None:
    """The page that was asked for, or on which the button was pressed."""
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    return request.full_path.rstrip("?") if is_page else kept_forms.page_before()


def _take_organisation(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.slug = values.pop("organisation", None) if values else None


def _give_organisation(endpoint: str, values: dict[str, Any]) -> None:
    slug = g.get("slug")
    if slug and current_app.url_map.is_endpoint_expecting(endpoint, "organisation"):
        values.setdefault("organisation", slug)


def _keep_private(response: Response) -> Response:
    if g.get("visitor") is not None and request.endpoint != "static":
        # Downloads too, which come with a header of their own.
        response.headers["Cache-Control"] = "no-store"
    return response


def _to_sign_in() -> AnyResponse:
    if request.headers.get("HX-Request"):
        # A part of a page says so in its place; a whole sign-in page there would not fit.
        abort(401)
    return redirect(url_for("accounts.sign_in", next=_page_wanted()))


def _enter(doorkeeper: Doorkeeper, visitor: Visitor) -> None:
    if g.slug is None:
        g.scope = doorkeeper.holder(visitor)
        g.actor = Actor(
            visitor.name,
            visitor.user_id,
            roles=frozenset({Role.LEARNER}),
            time_zone=visitor.time_zone,
            behind=visitor.behind,
        )
    else:
        workspace = doorkeeper.workspace(visitor, g.slug)
        if workspace is None:
            abort(404)
        g.workspace, g.scope = workspace, workspace.scope
        g.actor = Actor(
            visitor.name,
            visitor.user_id,
            workspace.organisation_id,
            workspace.roles,
            visitor.time_zone,
            visitor.behind,
        )
    session_of_request = db.session()
    session_of_request.info.update(scope=g.scope, read_only=True)
    see_one_moment(session_of_request)
