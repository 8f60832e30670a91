"""Parts of a page that domains above the page's own put on it.

An order's page knows nothing of invoices or attachments; these add a panel to it. A panel is
shown to who has its permission, in the order of adding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template
from markupsafe import Markup

from vlms.core.permissions import Permission


@dataclass(frozen=True)
class Panel:
    """Shown on the pages of a kind of record ("order", "agreement").

    `fill` gives the template's values for what the page tells of, mostly a record's id; None:
    nothing to show there.
    """

    page: str
    permission: Permission
    template: str
    fill: Callable[[Any], dict[str, Any] | None]


_PANELS: list[Panel] = []


def add_panel(panel: Panel) -> None:
    """Put a panel on all pages of its kind."""
    _PANELS.append(panel)


def panels_of(page: str, subject: object) -> Iterator[Markup]:
    """The visitor's panels on a page about a record, or about what is being typed."""
    for panel in _PANELS:
        if panel.page == page and g.actor.may(panel.permission):
            values = panel.fill(subject)
            if values is not None:
                yield Markup(render_template(panel.template, **values))


def install(app: Flask) -> None:
    app.jinja_env.globals["panels_of"] = panels_of
