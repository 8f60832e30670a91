"""Files attached to agreements and orders: a panel on their pages, adding, fetching, removing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.billing.attachment_words import ACTION_WORDS, COLUMN_WORDS, KIND_WORDS
from vlms.billing.forms.attachments import AttachmentForm
from vlms.billing.models.attachments import Attachment
from vlms.billing.queries.attachments import get_attachment, list_attachments
from vlms.billing.service.attachments import attach, content_of, examined, remove
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work, key_ring
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.pages import name_download
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

attachments = Blueprint("attachments", __name__, url_prefix="/o/<organisation>/attachments")
add_words(ACTION_WORDS, COLUMN_WORDS, {"attachment.kind": KIND_WORDS})


@attachments.route("/agreement/<uuid:agreement_id>/add", methods=["GET", "POST"])
@requires(Permission.EDIT_ATTACHMENTS)
def add_to_agreement(agreement_id: UUID) -> str | Response | tuple[str, int]:
    return _add(get_agreement(db.session(), agreement_id))


@attachments.route("/order/<uuid:order_id>/add", methods=["GET", "POST"])
@requires(Permission.EDIT_ATTACHMENTS)
def add_to_order(order_id: UUID) -> str | Response | tuple[str, int]:
    order = get_order(db.session(), order_id)
    return _add(order.agreement, order)


def _add(agreement: Agreement, order: Order | None = None) -> str | Response | tuple[str, int]:
    form = AttachmentForm()
    order_id = None if order is None else order.id
    back = _page_of(agreement.id, order_id)
    if form.validate_on_submit():
        new = form.attachment(agreement.id, order_id)
        try:
            sound = examined(new)
            with unit_of_work(form) as work:
                attach(work, sound)
                work.location = back
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The file is attached."))
    number = agreement.number if order is None else order.number
    page = render_template("attachments/add.html", form=form, number=number, back=back)
    return page, 422 if form.is_refused else 200


@attachments.get("/<uuid:attachment_id>")
@requires(Permission.VIEW_ATTACHMENTS)
def download(attachment_id: UUID) -> Response:
    """The file as it was given, never shown within the browser's page."""
    attachment = get_attachment(db.session(), attachment_id)
    response = Response(content_of(key_ring(), attachment), mimetype=attachment.media_type)
    name_download(response, attachment.filename)
    return response


@attachments.route("/<uuid:attachment_id>/remove", methods=["GET", "POST"])
@requires(Permission.EDIT_ATTACHMENTS)
def remove_one(attachment_id: UUID) -> str | Response | tuple[str, int]:
    attachment = get_attachment(db.session(), attachment_id)
    question = Question(
        _("Remove the attachment"),
        attachment.filename,
        ((_("Kind"), KIND_WORDS[attachment.kind]), (_("SHA-256"), attachment.digest)),
        (
            (_("The file's content goes for good."), None),
            (_("The journal keeps that it was there, and who removed it."), None),
        ),
        _("Remove"),
        "trash",
        _page_of(attachment.agreement_id, attachment.order_id),
        takes_away=True,
    )

    def act(work: Work) -> None:
        remove(work, attachment_id)

    return confirmed(question, act, _("The attachment is removed."))


def _page_of(agreement_id: UUID, order_id: UUID | None) -> str:
    if order_id is not None:
        return url_for("orders.show", order_id=order_id)
    return url_for("agreements.show", agreement_id=agreement_id)


def _of_agreement(agreement_id: UUID) -> dict[str, Any] | None:
    add = url_for("attachments.add_to_agreement", agreement_id=agreement_id)
    return _shown(list_attachments(db.session(), agreement_id), add)


def _of_order(order_id: UUID) -> dict[str, Any] | None:
    order = get_order(db.session(), order_id)
    add = url_for("attachments.add_to_order", order_id=order_id)
    return _shown(list_attachments(db.session(), order.agreement_id, order_id), add)


def _shown(found: Sequence[Attachment], add: str) -> dict[str, Any] | None:
    """The panel's values; nothing where there is nothing and nothing may be added."""
    if not found and not g.actor.may(Permission.EDIT_ATTACHMENTS):
        return None
    return {"found": found, "add": add, "kinds": KIND_WORDS}


_TEMPLATE = "attachments/panel.html"
add_panel(Panel("agreement", Permission.VIEW_ATTACHMENTS, _TEMPLATE, _of_agreement))
add_panel(Panel("order", Permission.VIEW_ATTACHMENTS, _TEMPLATE, _of_order))
