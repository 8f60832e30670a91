"""`vlms academy packs | quotas | quota-requests`: packs, their quotas, what schools ask for."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from vlms.academy.cli.pack_values import (
    ANSWER,
    COUNT,
    as_option,
    count_option,
    pack_named,
    place_named,
    quota_facts,
    quota_named,
    reason_option,
    request_facts,
    school_option,
    term_option,
    work_of,
)
from vlms.academy.models.packs import Pack, PackEntry, QuotaRequest, QuotaRequestState
from vlms.academy.pack_acts import PackLook, acts_on_pack
from vlms.academy.queries.pack_lists import (
    STANDINGS,
    PackCounts,
    PackFilter,
    counts_of,
    ledger_lines,
    list_packs,
    standing_of,
)
from vlms.academy.queries.packs import get_request, list_quotas, list_requests
from vlms.academy.service import pack_mail, quota_requests, quotas
from vlms.accounts.cli.values import json_option
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading


@click.group("packs")
def packs() -> None:
    """Site packs and grants: how many exams each has, and who holds them."""


@click.group("quotas")
def pack_quotas() -> None:
    """What schools may draw of a pack."""


@click.group("quota-requests")
def requests() -> None:
    """What schools ask for, and the answers."""


def _facts(pack: Pack, counts: PackCounts) -> dict[str, Any]:
    return {
        "number": pack.number,
        "kind": pack.kind.value,
        "organisation": pack.agreement.organisation.slug,
        "agreement": pack.agreement.number,
        "product": pack.product.key,
        "standing": standing_of(pack, system_clock()),
        "last_day": pack.last_day.isoformat(),
        "capacity": pack.capacity,
        "not_given": pack.capacity - pack.allotted_count,
        "given": counts.given,
        "reserved": counts.reserved,
        "used": counts.used,
        "free": counts.free,
    }


@packs.command("list")
@click.option("--search", help="Number, product, agreement or organisation.")
@click.option("--standing", type=click.Choice(STANDINGS), help="Only those.")
@json_option
@with_app
def list_all(search: str | None, standing: str | None, as_json: bool) -> None:
    """List the packs, the first to lapse on top."""
    with reading(SCOPE) as session:
        found = list_packs(session, PackFilter(search, standing=standing), system_clock())
        counts = counts_of(session, [pack.id for pack in found])
        rows = [_facts(pack, counts.get(pack.id, PackCounts())) for pack in found]
    print_rows(rows, as_json=as_json)


@packs.command("show")
@click.argument("number")
@json_option
@with_app
def show(number: str, as_json: bool) -> None:
    """Show the pack NUMBER; with --json its quotas, what can be done and why not."""
    with reading(SCOPE) as session:
        pack = pack_named(session, number)
        facts = _facts(pack, counts_of(session, [pack.id]).get(pack.id, PackCounts()))
        acts = acts_on_pack(PackLook(session, OPERATOR, system_clock()), pack)
        more = {
            "quotas": [quota_facts(quota) for quota in list_quotas(session, pack.id)],
            "acts": [act.as_json() for act in acts],
        }
    if as_json:
        click.echo(json.dumps({**facts, **more}, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")


@packs.command("ledger")
@click.argument("number")
@json_option
@with_app
def ledger(number: str, as_json: bool) -> None:
    """List all that changed the counts of the pack NUMBER, the latest first."""
    with reading(SCOPE) as session:
        pack = pack_named(session, number)
        entries = session.scalars(
            select(PackEntry).where(PackEntry.pack_id == pack.id).order_by(PackEntry.id.desc())
        ).all()
        rows = [
            {
                "at": line.at.isoformat(),
                "kind": line.kind.value,
                "count": line.count,
                "school": line.school,
                "term": line.term,
                "by": line.by,
                "reason": line.reason,
            }
            for line in ledger_lines(session, entries)
        ]
    print_rows(rows, as_json=as_json)


@packs.command("tell-again")
@click.argument("number")
@with_app
def tell_again(number: str) -> None:
    """Send the message about the pack NUMBER again, to whoever is the contact now."""
    with command_work() as work:
        message = pack_mail.tell_again(work, pack_named(work.session, number))
        click.echo(f"{number}: a message to {message.to_address} is in the outbox")


@pack_quotas.command("list")
@click.argument("number")
@json_option
@with_app
def list_of(number: str, as_json: bool) -> None:
    """List the quotas of the pack NUMBER."""
    with reading(SCOPE) as session:
        found = list_quotas(session, pack_named(session, number).id)
        rows = [quota_facts(quota) for quota in found]
    print_rows(rows, as_json=as_json)


@pack_quotas.command("give")
@click.argument("number")
@school_option
@term_option
@count_option
@with_app
def give(number: str, school: str | None, term: str | None, count: int) -> None:
    """Give a school a part of the pack NUMBER; its coordinators are told."""
    with command_work() as work:
        pack = pack_named(work.session, number)
        place = place_named(work.session, pack, school, term)
        quota = quotas.give(work, pack.id, place, count)
        click.echo(f"{number}: {quota.quota_count} given, {quota.free_count} free")


@pack_quotas.command("recall")
@click.argument("number")
@school_option
@term_option
@count_option
@reason_option
@with_app
def recall(number: str, school: str | None, term: str | None, count: int, reason: str) -> None:
    """Take back what is free of a quota, and no more."""
    with command_work() as work:
        pack = pack_named(work.session, number)
        quota = quota_named(work.session, pack, place_named(work.session, pack, school, term))
        quota = quotas.recall(work, quota.id, count, reason)
        click.echo(f"{number}: {quota.quota_count} given, {quota.free_count} free")


@pack_quotas.command("move")
@click.argument("number")
@school_option
@term_option
@click.option("--to-school", help="Its name; else all schools share it.")
@click.option("--to-term", help="Its title; else as long as the pack.")
@count_option
@reason_option
@with_app
def move(number: str, count: int, reason: str, **places: str | None) -> None:
    """Move what is free of a quota to another school or term of the pack NUMBER."""
    with command_work() as work:
        pack = pack_named(work.session, number)
        place = place_named(work.session, pack, places["school"], places["term"])
        to = place_named(work.session, pack, places["to_school"], places["to_term"])
        quota = quota_named(work.session, pack, place)
        grown = quotas.move(work, quota.id, to, count, reason)
        click.echo(f"{number}: {grown.quota_count} given there, {grown.free_count} free")


@requests.command("list")
@click.option("--state", type=click.Choice([state.value for state in QuotaRequestState]))
@json_option
@with_app
def list_requested(state: str | None, as_json: bool) -> None:
    """List what schools have asked for, the latest first."""
    with reading(SCOPE) as session:
        wanted = QuotaRequestState(state) if state else None
        rows = [request_facts(one) for one in list_requests(session, None, wanted)]
    print_rows(rows, as_json=as_json)


@requests.command("ask")
@click.argument("number")
@click.option("--school", required=True, help="Its name.")
@term_option
@count_option
@reason_option
@as_option
@with_app
def ask(number: str, school: str, term: str | None, email: str, **wish: Any) -> None:
    """Ask for more of the pack NUMBER for a school."""
    with work_of(email) as work:
        pack = pack_named(work.session, number)
        place = place_named(work.session, pack, school, term)
        made = quota_requests.ask(work, pack.id, place, wish["count"], wish["reason"])
        click.echo(_line(made))


@requests.command("give")
@click.argument("request_id", metavar="ID", type=click.UUID)
@click.option("--count", type=COUNT, help="Else as many as were asked for.")
@term_option
@click.option("--answer", type=ANSWER, help="Who asked reads it.")
@with_app
def give_asked(request_id: UUID, count: int | None, term: str | None, answer: str | None) -> None:
    """Give the school of the request ID some of what it asked for."""
    with command_work() as work:
        asked = get_request(work.session, request_id)
        named = place_named(work.session, asked.pack, None, term)
        number, term_id = count or asked.asked_count, named.term_id if term else asked.term_id
        made = quota_requests.give_asked(work, request_id, number, term_id, answer or "")
        click.echo(_line(made))


@requests.command("refuse")
@click.argument("request_id", metavar="ID", type=click.UUID)
@reason_option
@with_app
def refuse(request_id: UUID, reason: str) -> None:
    """Give nothing to the school of the request ID, and say why."""
    with command_work() as work:
        click.echo(_line(quota_requests.refuse(work, request_id, reason)))


def _line(asked: QuotaRequest) -> str:
    given = asked.given_count or 0
    return f"{asked.id}: {asked.state.value}, {asked.asked_count} asked, {given} given"
