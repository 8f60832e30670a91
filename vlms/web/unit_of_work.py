"""One unit of work for each request that changes something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from flask import flash, g, redirect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.wrappers import Response

from vlms.core.errors import Busy
from vlms.core.once import do_once, lead_files, lead_to
from vlms.core.scope import Scope
from vlms.core.text import Text, _
from vlms.core.tries import TooManyTries, count_refusal
from vlms.core.work import Actor, Work, working
from vlms.web.body_fields import check_fields
from vlms.web.visits import check_may_write


class SentForm(Protocol):
    """A form with a token that lets it do its work once."""

    def once(self) -> UUID: ...


@contextmanager
def unit_of_work(
    form: SentForm | None = None, *, actor: Actor | None = None, scope: Scope | None = None
) -> Iterator[Work]:
    """Work for the request's actor and scope, or those given (claim links, sign-in).

    With a `form` the work is done once however often the form is sent: the second time
    AlreadyDone leads to `work.location`, which the view sets.
    """
    check_may_write()
    check_fields()
    chosen = scope or g.scope
    try:
        with working(actor or g.actor, chosen, g.now) as work:
            submission = do_once(work, form.once()) if form is not None else None
            yield work
            if submission is not None:
                lead_to(submission, work.location)
            lead_files(work)
    except TooManyTries as refusal:
        # The refusal undoes its unit; who watches for guesses is told in another.
        with working(actor or g.actor, chosen, g.now) as work:
            count_refusal(work, refusal.kind)
        raise
    except (OperationalError, NoConnection) as error:
        raise Busy(
            None,
            _("The system is busy, so nothing was changed."),
            way_out=_("What you typed is still here; send it again in a moment."),
        ) from error


def answer(work: Work, message: Text | None = None) -> Response:
    """Redirect to where the work says its answer is, with a short message."""
    if message is not None:
        flash(str(message), "success")
    return redirect(work.location)
