"""The views of lists that somebody keeps for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.accounts.forms import ViewForm
from vlms.accounts.models import SavedView
from vlms.accounts.saved_view_queries import get_view, list_views
from vlms.accounts.service.saved_views import Asked, delete_view, keep_view, rename_view
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.lists import AFTER
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

saved_views = Blueprint("saved_views", __name__, url_prefix="/o/<organisation>/views")

LISTS = {
    "agreements.index": _("Agreements"),
    "orders.index": _("Orders"),
    "codes.index": _("Codes"),
    "people.index": _("People"),
    "organisations.index": _("Organisations"),
    "catalog.index": _("Catalogue"),
    "messages.index": _("Messages"),
    "roles.index": _("Roles"),
    "skills.index": _("Skills report"),
}
_LONGEST = 1500

add_words(
    {
        "saved_view.kept": _("View of a list kept"),
        "saved_view.changed": _("View of a list changed"),
        "saved_view.deleted": _("View of a list deleted"),
    },
    {"saved_view.name": _("Name"), "asked": _("What the list is asked")},
)


@dataclass(frozen=True)
class ShownView:
    """A view as a tab of its list."""

    name: str
    arguments: dict[str, str]
    address: str


@saved_views.app_context_processor
def _views() -> dict[str, object]:
    return {"saved_views": views_of}


def views_of(endpoint: str) -> Sequence[ShownView]:
    """The visitor's views of a list in this workspace, by name."""
    if g.get("workspace") is None or g.visitor is None:
        return ()
    return [_shown(view) for view in _own() if view.endpoint == endpoint]


def _own() -> Sequence[SavedView]:
    return list_views(db.session(), g.actor)


def _shown(view: SavedView) -> ShownView:
    arguments = dict(parse_qsl(view.asked))
    query = "?" + urlencode(arguments) if arguments else ""
    return ShownView(view.name, arguments, url_for(view.endpoint) + query)


@saved_views.get("/")
@requires(Permission.VIEW_WORKSPACE)
def index() -> str:
    views = [(view, _shown(view)) for view in _own() if view.endpoint in LISTS]
    return render_template("saved_views/index.html", views=views, lists=LISTS)


@saved_views.post("/keep")
@requires(Permission.VIEW_WORKSPACE)
@takes("list", "asked")
def keep() -> Response | tuple[str, int]:
    """Keep what a list shows now; the list says which it is and what it was asked."""
    endpoint = request.form.get("list", "")
    arguments = _arguments(request.form.get("asked", ""))
    if endpoint not in LISTS:
        raise BadInput(None, _("There is no such list."))
    form = ViewForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                keep_view(work, Asked(endpoint, arguments), form.name.value)
                work.location = url_for(endpoint) + ("?" + arguments if arguments else "")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The view is kept; you find it above the list."))
    page = render_template(
        "saved_views/keep.html", form=form, list=endpoint, asked=arguments, lists=LISTS
    )
    return page, 422


@saved_views.route("/<uuid:view_id>", methods=["GET", "POST"])
@requires(Permission.VIEW_WORKSPACE)
def rename(view_id: UUID) -> str | Response | tuple[str, int]:
    form = ViewForm(name=get_view(db.session(), view_id, g.actor).name)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                rename_view(work, view_id, form.name.value)
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("saved_views/rename.html", form=form)
    return page, 422 if form.is_refused else 200


@saved_views.post("/<uuid:view_id>/delete")
@requires(Permission.VIEW_WORKSPACE)
def delete(view_id: UUID) -> Response:
    with unit_of_work() as work:
        delete_view(work, view_id)
        work.location = url_for(".index")
    return answer(work, _("The view is deleted."))


def _arguments(text: str) -> str:
    """What a list was asked, cleaned: no place in it, nothing that no address holds."""
    pairs = [(name, value) for name, value in parse_qsl(text[:_LONGEST]) if name != AFTER]
    return urlencode([(name, value.replace("\0", "")) for name, value in pairs])[:_LONGEST]
