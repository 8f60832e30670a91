"""`vlms my-codes`: what a person does with their own codes; the command acts as that person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vlms.accounts.cli.values import json_option, own_option, own_work
from vlms.accounts.models import User
from vlms.codes.exports import number_of
from vlms.codes.holder_cli import SITE_LENGTH, appointment_row, code_row, short_text
from vlms.codes.holder_queries import get_own_code, list_own_codes, nothing_here
from vlms.codes.models import Code
from vlms.codes.queries import find_code_by_number
from vlms.codes.rules.code_text import Profile, display
from vlms.codes.service import claiming, registering
from vlms.codes.service.activating import activate as activate_code
from vlms.codes.service.outcomes import cancel as cancel_appointment
from vlms.codes.service.revealing import reveal as reveal_code
from vlms.codes.sheets import own_sheet
from vlms.core.commands import SCOPE, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.reading import read_moment, read_text
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf

_number = click.argument("number", metavar="B-000012/7")
_START = "Start, as 2026-06-30T14:00 (the person's time zone)."
_TERMS = "The person has read and accepts the terms (C2 to C4)."
Act = Callable[[Work, Code], dict[str, Any]]


@click.group("my-codes")
def my_codes() -> None:
    """A person's own codes, acting as that person (--as)."""


@my_codes.command("list")
@own_option
@json_option
@with_app
def list_own(email: str, as_json: bool) -> None:
    """List the codes that are the person's, masked."""
    with own_work(email) as work:
        own = list_own_codes(work.session)
        numbers = _numbers([code.id for code in own])
        rows = [_facts(work, numbers[code.id], code) for code in own]
    print_rows(rows, as_json=as_json)


@my_codes.command()
@_number
@own_option
@json_option
@with_app
def show(number: str, email: str, as_json: bool) -> None:
    """Show one code, masked, with its appointment."""
    act_on_own(number, email, as_json, lambda work, code: _facts(work, number, code))


@my_codes.command()
@own_option
@json_option
@with_app
def claim(email: str, as_json: bool) -> None:
    """Claim a code with the link of a mail or slip; the link is asked for."""
    link = click.prompt("Link", hide_input=True, err=True)
    token = urlsplit(link.strip()).path.rpartition("/")[2]
    with own_work(email, System("claim link")) as work:
        code = claiming.claim(work, token)
        rows = [] if code is None else [_facts(work, number_of(code), code)]
    print_rows(rows, as_json=as_json)


@my_codes.command("accept-terms")
@_number
@own_option
@json_option
@with_app
def accept_terms(number: str, email: str, as_json: bool) -> None:
    """Accept the terms (C2 to C4); the code can be shown from then on."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        return _facts(work, number, claiming.accept_terms(work, code))

    act_on_own(number, email, as_json, act)


@my_codes.command()
@_number
@own_option
@with_app
def reveal(number: str, email: str) -> None:
    """Print the code itself; the journal keeps that it was shown."""
    with own_work(email) as work:
        code = own_code(work, number)
        text = display(reveal_code(work, code), Profile(code.source.value))
    click.echo(text)


@my_codes.command()
@_number
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@own_option
@with_app
def sheet(number: str, file: Path, email: str) -> None:
    """Write the person's voucher sheet, with the code, to FILE as PDF."""
    with own_work(email) as work:
        code = own_code(work, number)
        language = work.session.get_one(User, work.actor.user_id).language
        made_at = work.now.astimezone(ZoneInfo(work.actor.time_zone))
        paper = own_sheet(code, reveal_code(work, code), made_at, language)
    with force_locale(language.value), written(file) as out:
        write_pdf(paper, out)
    click.echo(f"Written to {file}.", err=True)


@my_codes.command()
@_number
@own_option
@click.option("--exam", required=True, help="The exam's number.")
@click.option("--site", required=True, help="Where it is taken.")
@click.option("--at", "starts_at", required=True, help=_START)
@click.option("--key", help="The same key gives the same answer; left out, a new one.")
@json_option
@with_app
def register(number: str, email: str, as_json: bool, key: str | None, **booked: str) -> None:
    """Record an appointment that was booked (C3)."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        site = read_text(SITE_LENGTH)(booked["site"], _("Site"))
        starts_at = _moment(work, booked["starts_at"])
        booking = registering.Booking(short_text(booked["exam"]), site, starts_at)
        once_key = short_text(key) if key else random_text()
        return appointment_row(number, code, registering.register(work, code, booking, once_key))

    act_on_own(number, email, as_json, act)


@my_codes.command()
@_number
@own_option
@click.option("--at", "starts_at", required=True, help=_START)
@click.option("--site", help="Another site.")
@json_option
@with_app
def move(number: str, email: str, starts_at: str, site: str | None, as_json: bool) -> None:
    """Move the appointment to another date (C3)."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        place = read_text(SITE_LENGTH)(site, _("Site")) if site else None
        moved = registering.move(work, code, _moment(work, starts_at), place)
        return appointment_row(number, code, moved)

    act_on_own(number, email, as_json, act)


@my_codes.command()
@_number
@own_option
@click.option("--forfeit", is_flag=True, help="Cancel even if the voucher is lost.")
@json_option
@with_app
def cancel(number: str, email: str, forfeit: bool, as_json: bool) -> None:
    """Cancel the appointment: free until 24 hours before (C3)."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        return appointment_row(number, code, cancel_appointment(work, code, accepts_loss=forfeit))

    act_on_own(number, email, as_json, act)


@my_codes.command()
@_number
@own_option
@click.option("--accept-terms", "accepts", is_flag=True, required=True, help=_TERMS)
@json_option
@with_app
def activate(number: str, email: str, accepts: bool, as_json: bool) -> None:
    """Open the library with its code, once (C4); shows the code and the address."""

    def act(work: Work, code: Code) -> dict[str, Any]:
        claiming.accept_terms(work, code)
        text = display(reveal_code(work, code), Profile(code.source.value))
        row = _facts(work, number, activate_code(work, code))
        return {**row, "code": text, "address": code.product.address}

    act_on_own(number, email, as_json, act)


def act_on_own(number: str, email: str, as_json: bool, act: Act) -> None:
    """One thing with one own code, in a unit of work of its person."""
    with own_work(email) as work:
        row = act(work, own_code(work, number))
    print_rows([row], as_json=as_json)


def own_code(work: Work, number: str) -> Code:
    """The person's code with this number. Raises NotFound, also for somebody else's."""
    with reading(SCOPE) as session:
        code = find_code_by_number(session, number)
    if code is None:
        raise nothing_here()
    return get_own_code(work.session, code.id)


def _numbers(keys: list[UUID]) -> dict[UUID, str]:
    """What people call these codes; their batches are not the holder's to read."""
    with reading(SCOPE) as session:
        found = select(Code).where(Code.id.in_(keys)).options(joinedload(Code.batch))
        return {code.id: number_of(code) for code in session.scalars(found)}


def _facts(work: Work, number: str, code: Code) -> dict[str, Any]:
    def at(instant: datetime | None) -> str | None:
        return instant.isoformat() if instant else None

    return {
        **code_row(work, number, code),
        "last4": code.last4,
        "claimed_at": at(code.claimed_at),
        "terms_accepted_at": at(code.terms_accepted_at),
    }


def _moment(work: Work, typed: str) -> datetime:
    return read_moment(work.actor.time_zone)(typed, _("Time"))
