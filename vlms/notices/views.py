"""Pages of the outbox: what was sent, what waits, and how it reads."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.delivery import post_of
from vlms.notices.directory import OpenLink, directory
from vlms.notices.kinds import TITLES
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.queries import MessageFilter, find_wording, get_message, search_messages
from vlms.notices.rendering import write_letter
from vlms.notices.service import recipient_now, why_not_again
from vlms.notices.service import resend as send_again
from vlms.notices.ways import BOUNCED, NO_ADDRESS, SWITCHED_OFF
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.words import add_words

messages = Blueprint("messages", __name__, url_prefix="/o/<organisation>/messages")

STATES = {
    MessageState.WAITING: _("Waiting"),
    MessageState.SENT: _("Sent"),
    MessageState.DEAD: _("Not sent"),
}
WHY = {
    "replaced": _("A newer message replaces it."),
    "its link has ended": _("Its link has ended, so it would open nothing."),
    NO_ADDRESS: _("Its recipient has no address: it stands among their notices."),
    SWITCHED_OFF: _("Its recipient wants no mail of this kind: it stands among their notices."),
    BOUNCED: _("Mail to this address came back, so only what is compulsory is sent there."),
}
add_words(
    {
        "message.resent": _("Message sent again"),
        "message.sent": _("Message sent"),
        "message.dead": _("Message given up"),
        "message.bounced": _("Mail came back"),
        "outbox_message.created": _("Message written"),
        "outbox_message.changed": _("Message changed"),
    },
    {
        "template": _("Kind of message"),
        "outbox_message.to_address": _("To (address)"),
        "to_name": _("To (name)"),
        "state": _("State"),
        "bounced_at": _("Came back at"),
    },
    {"outbox_message.state": STATES, "template": TITLES},
)


HEADINGS = (
    Heading("message", _("Message")),
    Heading("to", _("To"), "to"),
    Heading("state", _("State")),
    Heading("created", _("Written"), "created", "nowrap"),
    Heading("sent", _("Sent at"), None, "nowrap"),
)


@messages.get("/")
@requires(Permission.VIEW_MESSAGES)
def index() -> str:
    """The messages under the filters in the address: `q`, `state`, `kind`."""
    state, kind = wanted("state"), wanted("kind")
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name or address")),
        Filter("state", _("State"), {key.value: word for key, word in STATES.items()}),
        Filter("kind", _("Kind of message"), TITLES),
    ]
    asked = MessageFilter(
        wanted("q"),
        MessageState(state) if state in set(MessageState) else None,
        kind if kind in TITLES else None,
    )
    return render_template(
        "messages/index.html",
        list=ListPage("messages.index", HEADINGS, filters),
        found=search_messages(db.session(), asked, listing("-created")),
        states=STATES,
        kinds=TITLES,
        has_server=_has_server(),
    )


@messages.get("/<uuid:message_id>")
@requires(Permission.VIEW_MESSAGES)
def show(message_id: UUID) -> str:
    message = get_message(db.session(), message_id)
    link = _link(message)
    settings = current_app.config["SETTINGS"]
    address = settings.base_url + link.path if link else ""
    hidden = str(_("[The link is shown only to the recipient.]"))
    is_shown = link is not None and _may_see(link)
    wording = find_wording(db.session(), message)
    letter = write_letter(message, address if is_shown else hidden, wording)
    return render_template(
        "messages/show.html",
        message=message,
        letter=letter,
        wording=wording,
        address=address if is_shown else None,
        link=link,
        states=STATES,
        kinds=TITLES,
        why=WHY,
        refusal=why_not_again(db.session(), message, g.now),
        has_server=_has_server(),
        entries=journal_of(message.id),
    )


@messages.route("/<uuid:message_id>/resend", methods=["GET", "POST"])
@requires(Permission.RESEND_MESSAGES)
def resend(message_id: UUID) -> str | Response | tuple[str, int]:
    message = get_message(db.session(), message_id)
    refusal = why_not_again(db.session(), message, g.now)
    if refusal is not None:
        raise refusal
    to = recipient_now(db.session(), message)
    question = Question(
        _("Send again"),
        str(TITLES.get(message.template, _("Message"))),
        ((_("To"), to.name), (_("E-mail address"), to.address)),
        (
            (_("The same message is written anew and leaves with the next delivery."), None),
            (
                _("If it holds a link, it gets a new one, and older ones open nothing any more."),
                None,
            ),
        ),
        _("Send again"),
        "send",
        url_for("messages.show", message_id=message_id),
    )

    def send(work: Work) -> None:
        again = send_again(work, message_id)
        work.location = url_for("messages.show", message_id=again.id)

    return confirmed(question, send, _("The message will be sent again, with a new link."))


def _has_server() -> bool:
    return post_of(current_app.config["SETTINGS"]) is not None


def _link(message: OutboxMessage) -> OpenLink | None:
    if message.link_id is None:
        return None
    return directory().find_open_link(db.session(), message.link_id, g.now)


def _may_see(link: OpenLink) -> bool:
    """On the demo all; else the operator, where it does not lead to a code (C8)."""
    if current_app.config["SETTINGS"].demo:
        return True
    return bool(g.actor.may(Permission.EDIT_SYSTEM)) and not link.opens_code
