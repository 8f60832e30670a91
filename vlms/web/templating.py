"""What templates may call."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from markupsafe import Markup, escape

from vlms.core.acts import possible, refused_alike
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.tokens import new_id
from vlms.web.addresses import asked_here
from vlms.web.static_files import fingerprinted


def install(app: Flask) -> None:
    """Give every template the actor, permissions and a few functions."""
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        address_with=address_with,
        asked_here=asked_here,
        may=_may,
        Language=Language,
        possible=possible,
        refused_alike=refused_alike,
        new_token=new_id,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _request_facts() -> dict[str, Any]:
        return {
            "visitor": g.get("visitor"),
            "actor": g.get("actor"),
            "workspace_place": g.get("workspace"),
        }


def asset(path: str) -> str:
    """The address of a static file; it changes with the file."""
    return url_for("static", filename=fingerprinted(path))


def icon(name: str, label: object = None) -> Markup:
    """A picture from the sprite; without a label it is decoration."""
    address = asset("icons/sprite.svg") + f"#{name}"
    meaning = (
        Markup(' role="img" aria-label="{}"').format(label)
        if label
        else Markup(' aria-hidden="true"')
    )
    return Markup('<svg class="icon"{}><use href="{}"></use></svg>').format(
        meaning, escape(address)
    )


def address_with(**changes: str | None) -> str:
    """This page's address with some of its arguments changed; None takes one away."""
    asked = {name: ",".join(values) for name, values in request.args.lists()}
    arguments = {**asked, **changes}
    kept = {name: value for name, value in arguments.items() if value}
    return request.path + ("?" + urlencode(kept) if kept else "")


def _may(permission: str) -> bool:
    actor = g.get("actor")
    return actor is not None and actor.may(Permission(permission))
