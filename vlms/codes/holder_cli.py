"""Commands for codes in people's hands; codes are named by batch and number, as B-000012/7."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from vlms.codes.custody import Custody
from vlms.codes.holder_queries import find_open_registration, get_typed_code, nothing_here
from vlms.codes.models import Code, Outcome, Registration
from vlms.codes.queries import find_code_by_number
from vlms.codes.rules.shown_state import shown_state
from vlms.codes.service.activating import activate as activate_code
from vlms.codes.service.claiming import accept_terms
from vlms.codes.service.outcomes import cancel as cancel_appointment
from vlms.codes.service.outcomes import record_no_show, record_provider_cancel, record_start
from vlms.codes.service.registering import Booking
from vlms.codes.service.registering import move as move_appointment
from vlms.codes.service.registering import register as register_code
from vlms.codes.service.replacing import replace as replace_code
from vlms.core.commands import command_work, print_rows, with_app
from vlms.core.reading import read_moment, read_text
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work

SITE_LENGTH = 200
_LONGEST = 60
_RECORD = {
    Outcome.USED.value: record_start,
    Outcome.NO_SHOW.value: record_no_show,
    Outcome.CANCELLED_BY_PROVIDER.value: record_provider_cancel,
}
_AT = "Local time of the code's zone, as 2026-06-30T14:00; now if left out."


@click.command(help="Register a code for an exam (C3).")
@click.argument("number")
@click.option("--exam", required=True, help="The exam's number.")
@click.option("--site", required=True, help="Where it is taken.")
@click.option("--at", "starts_at", required=True, help="Start, as 2026-06-30T14:00 (code's zone).")
@click.option("--key", help="The same key gives the same answer; left out, a new one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def register(
    number: str, exam: str, site: str, starts_at: str, key: str | None, as_json: bool
) -> None:
    with command_work() as work:
        code = _named(work, number)
        place = read_text(SITE_LENGTH)(site, _("Site"))
        booking = Booking(short_text(exam), place, _instant(code, starts_at))
        once_key = short_text(key) if key else random_text()
        row = appointment_row(number, code, register_code(work, code, booking, once_key))
    print_rows([row], as_json=as_json)


@click.command(help="Move an appointment to another date (C3).")
@click.argument("number")
@click.option("--at", "starts_at", required=True, help="New start, as 2026-06-30T14:00.")
@click.option("--site", help="Another site.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def move(number: str, starts_at: str, site: str | None, as_json: bool) -> None:
    with command_work() as work:
        code = _named(work, number)
        place = read_text(SITE_LENGTH)(site, _("Site")) if site else None
        moved = move_appointment(work, code, _instant(code, starts_at), place)
        row = appointment_row(number, code, moved)
    print_rows([row], as_json=as_json)


@click.command(help="Cancel an appointment: free until 24 hours before (C3).")
@click.argument("number")
@click.option("--at", "happened_at", help=_AT)
@click.option("--forfeit", is_flag=True, help="Cancel even if the voucher is lost.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def cancel(number: str, happened_at: str | None, forfeit: bool, as_json: bool) -> None:
    with command_work() as work:
        code = _named(work, number)
        ended = cancel_appointment(work, code, _optional(code, happened_at), accepts_loss=forfeit)
        row = appointment_row(number, code, ended)
    print_rows([row], as_json=as_json)


@click.command(help="Record what happened to an appointment, up to 30 days later (C3).")
@click.argument("number")
@click.argument("what", type=click.Choice(sorted(_RECORD)))
@click.option("--at", "happened_at", help=_AT)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def outcome(number: str, what: str, happened_at: str | None, as_json: bool) -> None:
    with command_work() as work:
        code = _named(work, number)
        ended = _RECORD[what](work, code, _optional(code, happened_at))
        row = appointment_row(number, code, ended)
    print_rows([row], as_json=as_json)


@click.command(help="Open a library with its code, in its holder's name (C4).")
@click.argument("number")
@click.option("--accept-terms", "accepted", is_flag=True, help="The holder has accepted the terms.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def activate(number: str, accepted: bool, as_json: bool) -> None:
    with command_work() as work:
        code = _named(work, number)
        if accepted:
            accept_terms(work, code)
        row = {**code_row(work, number, activate_code(work, code)), "address": code.product.address}
    print_rows([row], as_json=as_json)


@click.command(help="Void a defective code; its person gets a new one (C6).")
@click.argument("number")
@click.option("--case", "case_number", required=True, help="The provider's case number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def replace(number: str, case_number: str, as_json: bool) -> None:
    with command_work() as work:
        following = replace_code(work, _named(work, number), short_text(case_number))
        name = f"{following.batch.number}/{following.number}"
        row = {**code_row(work, name, following), "replaces": number}
    print_rows([row], as_json=as_json)


@click.command(help="Say how a typed code stands; it is asked for, so that no history keeps it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def check(as_json: bool) -> None:
    typed = click.prompt("Code", err=True)
    with command_work() as work:
        code = get_typed_code(work.session, Custody(work.keys), typed)
        row = code_row(work, f"{code.batch.number}/{code.number}", code)
    print_rows([row], as_json=as_json)


def _named(work: Work, number: str) -> Code:
    code = find_code_by_number(work.session, number)
    if code is None:
        raise nothing_here()
    return code


def short_text(typed: str) -> str:
    """A number or key, as long as their columns hold it."""
    return read_text(_LONGEST)(typed, _("Number"))


def _instant(code: Code, typed: str) -> datetime:
    return read_moment(code.time_zone)(typed, _("Time"))


def _optional(code: Code, typed: str | None) -> datetime | None:
    return None if typed is None else _instant(code, typed)


def _local(code: Code, instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(ZoneInfo(code.time_zone)).isoformat()


def appointment_row(number: str, code: Code, found: Registration) -> dict[str, Any]:
    return {
        "number": number,
        "state": code.state.value,
        "exam": found.exam_number,
        "site": found.site,
        "starts_at": _local(code, found.starts_at),
        "outcome": found.outcome.value if found.outcome else None,
    }


def code_row(work: Work, name: str, code: Code) -> dict[str, Any]:
    found = find_open_registration(work.session, code.id)
    starts_at = found.starts_at if found else None
    return {
        "number": name,
        "state": shown_state(code.state, code.expires_at, work.now, starts_at).value,
        "product": code.product.key,
        "person": code.person.name if code.person else None,
        "last_day": code.last_day.isoformat(),
        "time_zone": code.time_zone,
        "starts_at": _local(code, starts_at),
    }
