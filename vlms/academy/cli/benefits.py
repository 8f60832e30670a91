"""`vlms academy grants` and `vlms academy benefits`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.benefits import benefits as all_benefits
from vlms.academy.models.benefits import BenefitRequest
from vlms.academy.models.packs import Pack
from vlms.academy.queries.benefits import (
    GrantFilter,
    benefit_use,
    find_grant,
    list_grants,
    list_requests,
    voucher_use,
)
from vlms.academy.service.benefits import grant_benefit, refuse_benefit, reveal, take_benefit
from vlms.accounts.cli.values import json_option, own_option, person_named, user_named
from vlms.agreements.queries import find_agreement
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Actor, Work, working

_grant = click.argument("number", metavar="GRANT")
_benefit = click.argument(
    "key", metavar="BENEFIT", type=click.Choice([o.key for o in all_benefits()])
)
_who = click.argument("who", metavar="NUMBER|EMAIL")


@click.group("grants")
def grants() -> None:
    """Imagine Academy grants: they come by themselves with academic orders."""


@grants.command("list")
@click.option("--agreement", metavar="NUMBER", help="Only of this agreement.")
@click.option("--running", is_flag=True, help="Only those that are not over.")
@json_option
@with_app
def list_all(agreement: str | None, running: bool, as_json: bool) -> None:
    """Grants, and how their vouchers stand."""
    now = system_clock()
    with reading(SCOPE) as session:
        wanted = GrantFilter(_agreement_id(session, agreement), now if running else None)
        rows = [_grant_row(pack, now) for pack in list_grants(session, wanted)]
    print_rows(rows, as_json=as_json)


def _agreement_id(session: Session, number: str | None) -> Any:
    if number is None:
        return None
    agreement = find_agreement(session, number)
    if agreement is None:
        raise NotFound(None, _('There is no agreement "%(number)s".', number=shown(number)))
    return agreement.id


def _grant_row(pack: Pack, now: datetime) -> dict[str, Any]:
    use = voucher_use(pack, now)
    return {
        "number": pack.number,
        "agreement": pack.agreement.number,
        "used": use.used,
        "reserved": use.reserved,
        "free": use.free,
        "last_day": pack.last_day,
        "is_over": use.is_over,
    }


@click.group("benefits")
def benefits() -> None:
    """Benefits of a grant beside its vouchers, and requests for discounts."""


@benefits.command("list")
@_grant
@json_option
@with_app
def list_use(number: str, as_json: bool) -> None:
    """What is used of a grant's benefits, and what lapses when."""
    with reading(SCOPE) as session:
        pack = _named_grant(session, number)
        rows = [
            {
                "benefit": use.benefit.key,
                "name": str(use.benefit.name),
                "used": use.used,
                "waiting": use.waiting,
                "lapses_after": pack.last_day,
            }
            for use in benefit_use(session, pack.id)
        ]
    print_rows(rows, as_json=as_json)


@benefits.command("requests")
@click.option("--waiting", is_flag=True, help="Only those without an answer.")
@json_option
@with_app
def list_asked(waiting: bool, as_json: bool) -> None:
    """Who has or asked for a benefit."""
    with reading(SCOPE) as session:
        rows = [
            {
                "grant": one.pack.number,
                "benefit": one.benefit_key,
                "person": one.person.name,
                "email": one.person.email,
                "state": one.state.value,
                "last4": one.code_last4,
                "asked_at": one.asked_at,
            }
            for one in list_requests(session, waiting=waiting)
        ]
    print_rows(rows, as_json=as_json)


@benefits.command("take")
@_grant
@_benefit
@_who
@click.option("--note", default="", help="What it is for.")
@with_app
def take(number: str, key: str, who: str, note: str) -> None:
    """Open content for a member of faculty or staff, or ask for a discount."""
    with command_work() as work:
        pack = _named_grant(work.session, number)
        person = person_named(work.session, pack.organisation_id, who)
        request = take_benefit(work, pack.id, key, person.id, note)
        told = f"{key} for {person.name}: {request.state.value}."
    click.echo(told)


@benefits.command("grant")
@_grant
@_benefit
@_who
@click.option("--answer", default="", help="How the code is used; never the code.")
@with_app
def grant(number: str, key: str, who: str, answer: str) -> None:
    """Answer a request with the programme's code, which is asked for."""
    code = click.prompt("The programme's code", hide_input=True, err=True)
    with command_work() as work:
        request = _request(work.session, number, key, who)
        grant_benefit(work, request.id, code, answer)
    click.echo("Granted; who asked is told.")


@benefits.command("refuse")
@_grant
@_benefit
@_who
@click.argument("reason")
@with_app
def refuse(number: str, key: str, who: str, reason: str) -> None:
    """Refuse a request, with the reason."""
    with command_work() as work:
        refuse_benefit(work, _request(work.session, number, key, who).id, reason)
    click.echo("Refused; who asked is told.")


@benefits.command("code")
@_grant
@_benefit
@_who
@own_option
@with_app
def show_code(number: str, key: str, who: str, email: str) -> None:
    """The programme's code, for the user who asked for it; the journal is told."""
    with _as_user(email) as work:
        code = reveal(work, _request(work.session, number, key, who))
    click.echo(code)


@contextmanager
def _as_user(email: str) -> Iterator[Work]:
    """Work of a user by name; raises NotFound."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
    actor = Actor(user.name, user.id, roles=OPERATOR.roles)
    with working(actor, SCOPE, system_clock()) as work:
        yield work


def _named_grant(session: Session, number: str) -> Pack:
    found = find_grant(session, number)
    if found is None:
        raise NotFound(None, _("There is no grant %(number)s.", number=shown(number)))
    return found


def _request(session: Session, number: str, key: str, who: str) -> BenefitRequest:
    """The latest request of a person for a benefit. Raises NotFound."""
    pack = _named_grant(session, number)
    person = person_named(session, pack.organisation_id, who)
    found = session.scalars(
        select(BenefitRequest)
        .where(
            BenefitRequest.pack_id == pack.id,
            BenefitRequest.benefit_key == key,
            BenefitRequest.person_id == person.id,
        )
        .order_by(BenefitRequest.id.desc())
    ).first()
    if found is None:
        raise NotFound(None, _("There is no such request."))
    return found
