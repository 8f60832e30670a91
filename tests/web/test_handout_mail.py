"""The result of a handout says of each person how far their mail has come."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_handouts import Giver, give_all, make_giver, paste
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.codes.service.telling import tell_person
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.giving.rules.handouts import Act
from vlms.giving.service.handout_making import Wishes
from vlms.notices.bouncing import note_bounce
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import Bounce

ADMIN = "ann.admin@contoso.example"
NAMES = ("asa", "bo", "cy", "di")
LIST = "\n".join([*(f"{name}@contoso.example" for name in NAMES), "nobody@elsewhere.example"])


def begin(client: CheckingClient, clock: StillClock) -> Giver:
    giver = make_giver(clock(), NAMES, len(NAMES), delay_minutes=0)
    with making(clock()) as work:
        contoso = work.session.get_one(Organisation, giver.organisation_id)
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    return giver


def send(work: Work, message: OutboxMessage) -> None:
    message.state, message.attempts, message.sent_at = MessageState.SENT, 1, work.now
    work.flush()


def mails_on(client: CheckingClient, address: str) -> list[str]:
    """What stands in the column of the mail, row by row."""
    cells = client.page(address).select('td[data-label="Mail"]')
    return [cell.get_text(" ", strip=True) for cell in cells]


def test_each_row_says_whether_the_mail_was_sent_came_back_and_was_claimed(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    handout_id = paste(clock(), giver, LIST)
    give_all(clock(), handout_id)
    with making(clock()) as work:
        told = {one.to_name: one for one in work.session.scalars(select(OutboxMessage))}
        for name in ("Bo", "Cy", "Di"):
            send(work, told[name])
        assert note_bounce(work, Bounce(told["Cy"].id, "550 no such user"))
        work.session.get_one(Code, told["Di"].subject_id).claimed_at = clock()
    address = f"/o/contoso/handouts/{handout_id}/result"
    asa, bo, cy, di, nobody = mails_on(client, address)
    assert (asa, nobody) == ("Waiting", "–")
    assert bo.startswith("Sent")
    assert cy == "Came back 550 no such user"
    assert "Was claimed" in di
    assert "Was claimed" not in bo
    assert client.page(address).select_one('main a[href="/o/contoso/arrivals/"]')
    body = client.get(f"/o/contoso/handouts/results.csv?handout={handout_id}").data
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["Mail"] for row in rows] == ["Waiting", "Sent", "Came back", "Sent", ""]
    assert [row["Why it did not arrive"] for row in rows] == ["", "", "550 no such user", "", ""]
    (sent_at,) = (title for title in rows[0] if title.startswith("Sent at ("))
    assert [bool(row[sent_at]) for row in rows] == [False, True, True, True, False]


def test_of_two_mails_of_one_code_the_newer_counts(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    handout_id = paste(clock(), giver, "asa@contoso.example")
    give_all(clock(), handout_id)
    with making(clock()) as work:
        first = work.session.scalars(select(OutboxMessage)).one()
        send(work, first)
        assert note_bounce(work, Bounce(first.id, "550 no such user"))
        code = work.session.get_one(Code, first.subject_id)
        assert code.person is not None
        assert tell_person(work, code, code.person, "again") is not None
    assert mails_on(client, f"/o/contoso/handouts/{handout_id}/result") == ["Waiting"]


def test_who_has_a_reservation_has_no_mail(client: CheckingClient, clock: StillClock) -> None:
    giver = begin(client, clock)
    handout_id = paste(clock(), giver, "asa@contoso.example", Wishes(act=Act.RESERVE))
    give_all(clock(), handout_id)
    address = f"/o/contoso/handouts/{handout_id}/result"
    assert mails_on(client, address) == ["–"]
    assert client.page(address).select_one('main a[href="/o/contoso/arrivals/"]') is None
