"""Exports of codes: paced, decided by a second admin, made of what was asked, fetched once (C8)."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.exporting_codes import (
    ELSEWHERE,
    ask,
    decide,
    export_now,
    fetch,
    link_to,
    make,
)
from tests.support.making import making
from tests.support.making_disclosures import (
    ANN,
    AUD,
    BEN,
    Kept,
    as_admin,
    count_told,
    give_away,
    make_kept,
    make_one_more,
)
from tests.support.racing import race, winners
from vlms.accounts.models import RoleGrant
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import BadInput, Conflict, Forbidden, Gone, NotFound, TooMany
from vlms.core.packed_text import unpack_text
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, CodeExportPart, ExportState
from vlms.disclosures.service import deciding
from vlms.disclosures.service.making import remove_old_files
from vlms.disclosures.service.voiding_left import void_left
from vlms.notices.models import OutboxMessage


def mails(clock: StillClock, template: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        told = select(OutboxMessage).where(OutboxMessage.template == template)
        return list(work.session.scalars(told))


def test_a_short_export_is_made_fetched_and_told_once(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    body = fetch(clock, kept, link_to(clock, kept, export_id)).decode("utf-8-sig")
    assert [text for text in kept.texts if text not in body] == []
    assert kept.assigned_text not in body
    found = export_now(clock, export_id)
    assert body.count(f"{found.number} · Test User") == len(kept.free)
    assert (found.number, found.file_count) == ("X-000001", 3)
    assert count_told(clock(), "code_export.taken") == 1
    with making(clock()) as work:
        sealed = b"".join(work.session.scalars(select(CodeExportPart.sealed_body)))
    assert not [text for text in kept.texts if text.encode() in sealed]


def test_a_link_opens_once_in_its_session_for_fifteen_minutes(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    first = link_to(clock, kept, export_id)
    with pytest.raises(NotFound):
        fetch(clock, kept, first, here=ELSEWHERE)
    second = link_to(clock, kept, export_id)
    with pytest.raises(Gone):
        fetch(clock, kept, first)
    with pytest.raises(NotFound):
        fetch(clock, kept, second, by=BEN)
    fetch(clock, kept, second)
    with pytest.raises(Gone):
        fetch(clock, kept, second)
    third = link_to(clock, kept, export_id)
    clock.move(minutes=15)
    with pytest.raises(Gone):
        fetch(clock, kept, third)
    assert count_told(clock(), "code_export.taken") == 1


def test_many_at_once_get_the_file_of_one_link_once(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    secret = link_to(clock, kept, export_id)
    got = race(app, [partial(fetch, clock, kept, secret)] * 6)
    assert len(winners(got)) == 1
    assert count_told(clock(), "code_export.taken") == 1


def test_one_export_in_ten_minutes_however_many_ask_at_once(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    assert len(winners(race(app, [partial(ask, clock, kept)] * 4))) == 1
    clock.move(minutes=9)
    with pytest.raises(TooMany) as refused:
        ask(clock, kept)
    assert refused.value.facts["retry_after"] == 60
    ask(clock, kept, by=BEN)
    clock.move(minutes=1)
    ask(clock, kept)


def test_above_the_limit_a_second_admin_decides_and_both_are_told(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    assert export_now(clock, ask(clock, kept, by=BEN, limit=3)).state is ExportState.MAKING
    export_id = ask(clock, kept, limit=2)
    make(clock, export_id)
    assert export_now(clock, export_id).state is ExportState.WAITING
    assert [mail.to_address for mail in mails(clock, "export_waits")] == [BEN]
    with pytest.raises(DisclosureRefused) as own:
        decide(clock, kept, export_id, by=ANN)
    assert own.value.reason == "own_export"
    with pytest.raises(Forbidden):
        decide(clock, kept, export_id, by=AUD)
    decide(clock, kept, export_id)
    make(clock, export_id)
    assert export_now(clock, export_id).state is ExportState.READY
    (told,) = mails(clock, "export_answered")
    assert (told.to_address, told.facts["is_approved"]) == (ANN, True)
    assert count_told(clock(), "code_export.approved") == 1


def test_what_one_admin_takes_alone_within_a_day_is_added_up(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    ask(clock, kept, limit=3)
    clock.move(minutes=10)
    assert export_now(clock, ask(clock, kept, limit=3)).state is ExportState.MAKING
    make_one_more(clock(), kept)
    for code_id in kept.free[:2]:
        give_away(clock(), code_id)
    clock.move(minutes=10)
    fourth = export_now(clock, ask(clock, kept, limit=3))
    assert (fourth.code_count, fourth.state) == (2, ExportState.WAITING)
    assert export_now(clock, ask(clock, kept, by=BEN, limit=3)).state is ExportState.MAKING
    clock.move(hours=24)
    assert export_now(clock, ask(clock, kept, limit=3)).state is ExportState.MAKING


def test_of_several_who_decide_at_once_one_does(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    decided = race(
        app, [partial(decide, clock, kept, export_id), partial(no, clock, kept, export_id)] * 2
    )
    assert len(winners(decided)) == 1
    told = count_told(clock(), "code_export.approved") + count_told(clock(), "code_export.declined")
    assert told == 1
    assert all(isinstance(one, Conflict) for one in decided if one is not None)


def no(clock: StillClock, kept: Kept, export_id: object, why: str = "ask for fewer") -> None:
    with making(clock(), *as_admin(kept.users[BEN], kept.organisation_id)) as work:
        deciding.decline(work, export_id, why)  # type: ignore[arg-type]


def test_who_declines_says_why_and_no_file_is_made(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    with pytest.raises(BadInput):
        no(clock, kept, export_id, " ")
    no(clock, kept, export_id)
    make(clock, export_id)
    assert export_now(clock, export_id).state is ExportState.DECLINED
    assert mails(clock, "export_answered")[0].facts["decline_reason"] == "ask for fewer"


def test_what_nobody_decides_within_a_day_lapses(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    clock.move(hours=24)
    with pytest.raises(DisclosureRefused) as refused:
        decide(clock, kept, export_id)
    assert refused.value.reason == "export_lapsed"


def test_where_nobody_else_may_decide_nothing_is_asked(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    with making(clock()) as work:
        grants = select(RoleGrant).where(RoleGrant.user_id == kept.users[BEN])
        work.session.scalars(grants).one().ended_at = work.now
    with pytest.raises(DisclosureRefused) as refused:
        ask(clock, kept, limit=2)
    assert refused.value.reason == "nobody_to_decide"
    with making(clock()) as work:
        assert work.session.scalar(select(func.count()).select_from(CodeExport)) == 0


def test_what_was_given_meanwhile_is_left_out_and_what_came_is_not_in_it(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    give_away(clock(), kept.free[0])
    decide(clock, kept, export_id)
    make(clock, export_id)
    found = export_now(clock, export_id)
    assert (found.code_count, found.file_count) == (3, 2)
    body = fetch(clock, kept, link_to(clock, kept, export_id)).decode()
    assert kept.texts[0] not in body
    assert kept.texts[1] in body


def test_a_file_with_a_code_that_is_somebodys_now_is_not_given_out(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    secret = link_to(clock, kept, export_id)
    give_away(clock(), kept.free[0])
    with pytest.raises(DisclosureRefused) as refused:
        fetch(clock, kept, secret)
    assert refused.value.reason == "codes_given"
    assert count_told(clock(), "code_export.taken") == 0


def test_no_file_is_made_once_nothing_is_left_or_the_asker_has_lost_the_right(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock(), 1)
    mine, theirs = ask(clock, kept), ask(clock, kept, by=BEN)
    with making(clock()) as work:
        grants = select(RoleGrant).where(RoleGrant.user_id == kept.users[BEN])
        work.session.scalars(grants).one().ended_at = work.now
    make(clock, theirs)
    give_away(clock(), kept.free[0])
    make(clock, mine)
    for export_id, why in ((theirs, "may no longer see codes"), (mine, "is available any more")):
        found = export_now(clock, export_id)
        assert found.state is ExportState.FAILED
        assert found.refusal is not None
        assert why in str(unpack_text(found.refusal["sentence"]))


def test_the_file_goes_after_a_day_and_its_record_stays(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    clock.move(hours=23, minutes=59)
    secret = link_to(clock, kept, export_id)
    with making(clock()) as work:
        assert remove_old_files(work) == 0
    clock.move(minutes=1)
    with pytest.raises(Gone):
        fetch(clock, kept, secret)
    with making(clock()) as work:
        assert remove_old_files(work) == 1
        assert work.session.scalar(select(func.count()).select_from(CodeExportPart)) == 0
        assert remove_old_files(work) == 0
    assert count_told(clock(), "code_export.removed") == 1


def test_what_is_left_of_an_export_is_made_void(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    give_away(clock(), kept.free[0])
    with making(clock(), *as_admin(kept.users[BEN], kept.organisation_id)) as work:
        with pytest.raises(BadInput):
            void_left(work, export_id, "")
        assert void_left(work, export_id, "laptop stolen") == 2
    with making(clock()) as work:
        codes = {one.id: one for one in work.session.scalars(select(Code))}
        assert [codes[key].state for key in kept.free] == [State.RESERVED, State.VOID, State.VOID]
        assert codes[kept.free[1]].sealed_text is None
        assert codes[kept.assigned].state is State.ASSIGNED
