"""The gate: every view says who may enter; one place looks it up, before the view runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from vlms.core.clock import Clock
from vlms.core.db import db, see_one_moment
from vlms.core.language import Language
from vlms.core.permissions import Permission, Role
from vlms.core.scope import Holder, Scope
from vlms.core.work import Actor
from vlms.web import kept_forms

P = ParamSpec("P")
R = TypeVar("R")

# Endpoints of other packages, reviewed: they serve files that everyone may read.
FOREIGN_PUBLIC = frozenset({"static"})
SECRET = "secret"
# The secret of a session that was ended by signing out: it opens nothing.
ENDED = "ended"
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


class Doorkeeper(Protocol):
    """What the gate asks about visitors; accounts answers."""

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


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only who has this permission in the address's organisation may enter."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.access = permission  # type: ignore[attr-defined]
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
        if access is None:
            return None
        if g.visitor is None:
            return _keep_and_ask(doorkeeper, door) or _to_sign_in()
        _enter(doorkeeper, g.visitor)
        g.actor.require(access)
        kept_forms.take_up(g.visitor.user_id)
        return None


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
    is_page = request.method == "GET"
    wanted = request.full_path.rstrip("?") if is_page else kept_forms.page_before()
    return redirect(url_for("accounts.sign_in", next=wanted))


def _enter(doorkeeper: Doorkeeper, visitor: Visitor) -> None:
    if g.slug is None:
        g.scope = doorkeeper.holder(visitor)
        g.actor = Actor(
            visitor.name,
            visitor.user_id,
            roles=frozenset({Role.LEARNER}),
            time_zone=visitor.time_zone,
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
        )
    session_of_request = db.session()
    session_of_request.info.update(scope=g.scope, read_only=True)
    see_one_moment(session_of_request)
