"""Where a mail provider tells of mail that came back, if it cannot write into a folder."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request

from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.core.webhooks import Unsigned, check_signature
from vlms.core.work import Actor
from vlms.notices.bouncing import note_bounce
from vlms.notices.rules.bounce_event import LARGEST_POST, read_bounce
from vlms.web.access import public
from vlms.web.unit_of_work import unit_of_work

bounces = Blueprint("bounces", __name__, url_prefix="/hooks")

_PROVIDER, _SCOPE = Actor("mail provider"), System("mail provider's report")


@bounces.post("/bounces")
@public
def take() -> Response:
    """204 for all that is signed and understood, known or not: an answer is no oracle.

    404 where no secret is set, 401 without its signature, 400 for what is no event.
    """
    key = current_app.config["SETTINGS"].bounce_key
    if key is None:
        return Response(status=404)
    request.max_content_length = LARGEST_POST
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        check_signature(key, headers, body, g.now)
        bounce = read_bounce(body)
    except Unsigned:
        return Response(status=401)
    except DomainError:
        return Response(status=400)
    if bounce is not None:
        with unit_of_work(actor=_PROVIDER, scope=_SCOPE) as work:
            note_bounce(work, bounce)
    return Response(status=204)
