"""A form's body holds what its page asks for, and nothing else: what else is there is refused.

What a request's forms hold is known by themselves; what a view reads beside them it names
with `@takes`. It is checked when work begins, so that nothing is written before, and once
more when the view has answered without any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

import structlog
from flask import Flask, current_app, g, has_request_context, request

from vlms.core.reading import shown
from vlms.core.text import _
from vlms.web.gate_refusals import UnknownField

_log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")

# What pages send for the machinery: against forged and against doubled sending.
ALWAYS = frozenset({"csrf_token", "token"})
KEY = "<key>"
_KEY = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class AnyForm(Protocol):
    """A form whose fields can be walked through, those of its parts too."""

    def __iter__(self) -> Iterator[Any]: ...


def takes(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The view reads these fields itself; `<key>` in a name stands for any record's key."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.takes = names  # type: ignore[attr-defined]
        return view

    return mark


def know(form: AnyForm) -> None:
    """What this form holds may be sent to the view that has made it."""
    if has_request_context():
        g.setdefault("forms", []).append(form)


def install(app: Flask) -> None:
    """Check what every view is sent; to be installed when all views are there."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _checked(view)


def _checked(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def check(*args: Any, **kwargs: Any) -> Any:
        g.checks_fields = True
        answer = view(*args, **kwargs)
        check_fields()
        return answer

    return check


def check_fields() -> None:
    """Raises UnknownField for the first that neither a form nor the view knows."""
    if not has_request_context() or request.method in _SAFE or not g.get("checks_fields"):
        return
    sent = {*request.form, *request.files}
    unknown = sorted(name for name in sent - _known() if not _is_taken(name))
    if unknown:
        _log.warning("unknown field", endpoint=request.endpoint, count=len(unknown))
        raise UnknownField(
            None,
            _(
                "This page has no field named %(field)s, so nothing was done.",
                field=shown(unknown[0]),
            ),
            field=shown(unknown[0]),
            facts={"fields": unknown},
            way_out=_("Load the page again and fill it in there."),
        )


def _known() -> set[str]:
    return set(ALWAYS).union(*(names_of(form) for form in g.get("forms", ())))


def names_of(fields: Iterable[Any]) -> set[str]:
    """The names of fields, and of those within them."""
    found: set[str] = set()
    for field in fields:
        inner = getattr(field, "entries", None) or getattr(field, "form", None)
        found |= {field.name} if inner is None else names_of(inner)
    return found


def _is_taken(name: str) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return any(_pattern(one).fullmatch(name) for one in getattr(view, "takes", ()))


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace(re.escape(KEY), _KEY))
