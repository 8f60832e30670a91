"""Notices of somebody whom several organisations write to, or whose address others enter."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person
from vlms.accounts.queries import find_organisation
from vlms.core.language import Language
from vlms.core.packed_text import pack_text
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.notices.choosing import choose, choose_for
from vlms.notices.collecting import collect_next
from vlms.notices.kinds import KINDS, Audience
from vlms.notices.models import Mailing, OutboxMessage
from vlms.notices.notice_queries import Own
from vlms.notices.outbox import Mail, Recipient, post

ANN, DECLINABLE = "ann@contoso.example", "job_ended"


def test_nobody_chooses_for_an_address_that_stands_in_their_own_entry(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_user(work, "bob@contoso.example")
        own = make_user(work, ANN)
        contoso, fabrikam = make_organisation(work, "contoso"), make_organisation(work, "fabrikam")
        # Of a user, of somebody who signs in nowhere, of a contact whom no directory knows.
        entered = ("bob@contoso.example", "cy@fabrikam.example", "contact@fabrikam.example")
        entries = [make_person(work, contoso, "Ann", address, own) for address in entered]
        others = [None, make_person(work, fabrikam, "Cy", entered[1]), None]
    kind = next(
        key for key, kind in KINDS.items() if kind.to is Audience.HOLDER and not kind.is_compulsory
    )
    client.sign_in(ANN)
    assert client.send("/my/notices/choices", **{kind: "never"}).status_code == 302

    def mailing(address: str, person: Person | None) -> Mailing:
        with making(clock()) as work:
            to = Recipient("X", address, Language.ENGLISH, person.id if person else None)
            message = post(work, Mail(kind, new_id(), str(new_id())), to)
            assert message is not None
            return message.mailing

    assert [mailing(*each) for each in zip(entered, others, strict=True)] == [Mailing.NOW] * 3
    assert [mailing(*each) for each in zip(entered, entries, strict=True)] == [Mailing.NEVER] * 3
    assert mailing(ANN, None) is Mailing.NEVER
    assert client.send("/my/notices/choices", **{kind: "now"}).status_code == 302
    assert mailing(entered[1], entries[1]) is Mailing.NOW


def test_an_address_that_declined_is_mailed_to_nobody_who_has_it(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Ann", ANN)
        choose_for(work, ANN, DECLINABLE, Mailing.NEVER)
        own = Own(ANN, frozenset({person.id}))
    with making(clock()) as work:
        choose(work, own, {DECLINABLE: Mailing.WEEKLY})
        choose_for(work, ANN, DECLINABLE, Mailing.NEVER)
    with making(clock()) as work:
        to = Recipient("Ann", ANN, Language.ENGLISH, person.id)
        message = post(work, Mail(DECLINABLE, new_id(), str(new_id())), to)
        assert message is not None
        assert message.mailing is Mailing.NEVER


@pytest.mark.parametrize(
    ("slugs", "is_told"), [(("contoso",), True), (("contoso", "fabrikam"), False)]
)
def test_the_weeks_mail_of_several_organisations_stands_in_none_of_their_outboxes(
    app: Flask, clock: StillClock, slugs: tuple[str, ...], is_told: bool
) -> None:
    with making(clock()) as work:
        choose_for(work, ANN, DECLINABLE, Mailing.WEEKLY)
    facts = {"title": pack_text(_("Export")), "is_done": True, "path": "/jobs/"}
    with making(clock()) as work:
        for slug in (*slugs, slugs[-1]):
            place = find_organisation(work.session, slug) or make_organisation(work, slug)
            mail = Mail(DECLINABLE, new_id(), str(new_id()), place.id, facts=facts)
            post(work, mail, Recipient("Ann", ANN, Language.ENGLISH))
    clock.move(days=8)
    with making(clock()) as work:
        assert collect_next(work)
        weekly = OutboxMessage.template == "weekly_notices"
        collected = work.session.scalars(select(OutboxMessage).where(weekly)).one()
        assert len(collected.facts["notices"]) == len(slugs) + 1
        assert (collected.organisation_id is not None) is is_told
