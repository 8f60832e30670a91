"""What has been kept long enough goes, by the day; codes, money and the journal stay (D3)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.holding import code_of, make_held, person_of
from tests.support.making import making
from tests.support.owning import owner_engine
from vlms.accounts.import_models import PeopleImport, PeopleImportRow
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose
from vlms.authentication.models import SignInSession
from vlms.core.db import Base
from vlms.core.dry_run import Change
from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.notices.models import MessageState, OutboxMessage
from vlms.privacy.cli import privacy
from vlms.privacy.rules.keeping import Kept
from vlms.privacy.service.keeping import remove_past

GONE = {"people_import_row", "outbox_message"}
DAY = timedelta(days=1)


def counts() -> dict[str, int]:
    with owner_engine().connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def a_mail(work: Work, at: datetime, once: str, state: MessageState) -> OutboxMessage:
    mail = OutboxMessage(
        subject_id=new_id(),
        template="code_assigned",
        facts={},
        to_name="Amy",
        to_address="amy@x.example",
        language=Language.ENGLISH,
        once_key=once,
        state=state,
        next_at=at,
        created_at=at,
    )
    work.session.add(mail)
    return mail


def a_list(work: Work, at: datetime, organisation_id: UUID) -> None:
    told = PeopleImport(organisation_id=organisation_id, filename="x.csv", row_count=1, asked_at=at)
    work.session.add(told)
    work.flush()
    row = PeopleImportRow(
        organisation_id=organisation_id, import_id=told.id, number=2, change=Change.NEW
    )
    work.session.add(row)


def a_sign_in(work: Work, user_id: UUID, ended_at: datetime) -> None:
    work.session.add(
        SignInSession(
            user_id=user_id, secret_digest=new_id().hex, created_at=ended_at, last_seen_at=ended_at,
            expires_at=ended_at + DAY, ended_at=ended_at, proofs=[], user_agent="Firefox",
            network="192.0.2.1",
        )
    )  # fmt: skip


def test_what_is_past_its_time_goes_and_what_is_not_stays(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    later = clock() + timedelta(days=500)
    with making(clock()) as work:
        place = person_of(work, held).organisation_id
        for days in (401, 399):
            a_mail(work, later - days * DAY, f"sent {days}", MessageState.SENT)
        a_mail(work, later - 450 * DAY, "waits", MessageState.WAITING)
        opened = a_mail(work, later - 450 * DAY, "opens", MessageState.SENT)
        ended = a_mail(work, later - 450 * DAY, "ended", MessageState.DEAD)
        lasting, short = (
            make_link(work, LinkPurpose.CLAIM_CODE, held.code_id, days * DAY) for days in (600, 9)
        )
        opened.link_id, ended.link_id = lasting.id, short.id
        for days in (91, 89):
            a_list(work, later - days * DAY, place)
            a_sign_in(work, held.user_id, later - days * DAY)
        work.flush()
        kept = work.session.scalars(select(OutboxMessage.once_key)).all()
    before = counts()
    removed = remove_past(partial(making, later))
    assert removed == {Kept.SIGN_INS: 1, Kept.IMPORT_ROWS: 1, Kept.MAILS: len(kept) - 3}
    after = counts()
    assert {name for name, count in before.items() if after[name] != count} == GONE
    with making(later) as work:
        mails = work.session.scalars(select(OutboxMessage.once_key)).all()
        assert set(mails) == {"sent 399", "waits", "opens"}
        told = select(SignInSession.network).order_by(SignInSession.ended_at)
        assert work.session.scalars(told).all() == [None, "192.0.2.1"]
        assert code_of(work, held).person_id == held.person_id
    assert set(remove_past(partial(making, later)).values()) == {0}


def test_the_command_shows_what_would_go_and_removes_nothing(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        a_mail(work, clock() - 4000 * DAY, "old", MessageState.SENT)
    done = CliRunner().invoke(privacy, ["retention", "--json"], obj=lambda: app)
    assert done.exit_code == 0, (done.output, done.exception)
    assert {row["kind"]: row["days"] for row in json.loads(done.output)}["mails"] == 400
    assert counts()["outbox_message"] == 1
