"""Requests about codes and a holder's own results, from the command line."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, own_option
from vlms.accounts.models import User
from vlms.codes.holder_queries import list_registrations, nothing_here
from vlms.codes.models import Code, StatedResult
from vlms.codes.my_cli import act_on_own, my_codes
from vlms.codes.request_models import CodeRequest, RequestKind, RequestState
from vlms.codes.request_queries import get_request, list_requests
from vlms.codes.service.requesting import Plea, answer_request, close_request, open_request
from vlms.codes.service.stating import state_result
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.reading import read_day, read_text
from vlms.core.text import _
from vlms.core.work import Work

__all__ = ["my_codes", "requests"]

_number = click.argument("number", metavar="B-000012/7")
_id = click.argument("request_id", metavar="ID", type=click.UUID)
_KINDS = click.Choice([kind.value for kind in RequestKind])
_STATES = click.Choice([state.value for state in RequestState])
_RESULTS = click.Choice([result.value for result in StatedResult])
_TEXT = Read(read_text(1000), _("Note"))


@my_codes.command()
@_number
@click.argument("kind", type=_KINDS)
@click.argument("note", type=_TEXT)
@own_option
@json_option
@with_app
def ask(number: str, kind: str, note: str, email: str, as_json: bool) -> None:
    """Ask the right contact about one's own code; the NOTE never holds the code."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        address = work.session.get_one(User, work.actor.user_id).email
        return _row(open_request(work, code, Plea(RequestKind(kind), note, address)))

    act_on_own(number, email, as_json, act)


@my_codes.command()
@_number
@click.argument("outcome", type=_RESULTS)
@click.option("--on", "day", type=Read(read_day, _("Day")), required=True, help="As 2026-06-30.")
@own_option
@json_option
@with_app
def result(number: str, outcome: str, day: date, email: str, as_json: bool) -> None:
    """Note one's own result of the newest appointment."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        booked = sorted(list_registrations(work.session, code.id), key=lambda one: one.starts_at)
        if not booked:
            raise nothing_here()
        noted = state_result(work, booked[-1], StatedResult(outcome), day)
        return {"number": number, "exam": noted.exam_number, "result": outcome, "on": str(day)}

    act_on_own(number, email, as_json, act)


@click.group()
def requests() -> None:
    """Requests of holders about their codes."""


@requests.command("list")
@click.option("--state", type=_STATES)
@json_option
@with_app
def list_all(state: str | None, as_json: bool) -> None:
    """List the requests."""
    with reading(SCOPE) as session:
        found = list_requests(session, RequestState(state) if state else None)
        rows = [_row(request) for request in found]
    print_rows(rows, as_json=as_json)


@requests.command()
@_id
@click.argument("text", type=_TEXT)
@with_app
def answer(request_id: UUID, text: str) -> None:
    """Answer the request ID; the answer is mailed to who asked."""
    with command_work() as work:
        answer_request(work, get_request(work.session, request_id), text)
    click.echo("The answer is on its way.")


@requests.command()
@_id
@with_app
def close(request_id: UUID) -> None:
    """Close the request ID."""
    with command_work() as work:
        close_request(work, get_request(work.session, request_id))
    click.echo("The request is closed.")


def _row(request: CodeRequest) -> dict[str, Any]:
    return {
        "id": str(request.id),
        "state": request.state.value,
        "kind": request.kind.value,
        "note": request.note,
        "email": request.email,
        "opened_at": request.opened_at.isoformat(),
        "answer": request.answer,
    }
