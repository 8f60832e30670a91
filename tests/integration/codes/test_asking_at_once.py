"""Somebody asks the same about a code twice at one moment: it is asked once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, code_of, make_held
from tests.support.making import making
from tests.support.making_codes import make_contact
from tests.support.racing import race, winners
from vlms.agreements.models import ContactKind
from vlms.codes.request_models import CodeRequest, RequestKind, RequestState
from vlms.codes.service import requesting
from vlms.codes.service.requesting import Plea, open_request
from vlms.core.errors import Conflict
from vlms.notices.models import OutboxMessage


def test_two_presses_at_once_open_one_request(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    with making(clock()) as work:
        make_contact(work, code_of(work, held).agreement, "c@contoso.example", ContactKind.CODES)

    def ask() -> object:
        with making(clock()) as work:
            plea = Plea(RequestKind.NOT_ACCEPTED, "The site says no.", ADDRESS)
            return open_request(work, code_of(work, held), plea).id

    for open_count in range(1, 4):
        results = race(app, [ask] * 4)
        assert len(winners(results)) == 1, results
        assert sum(isinstance(one, Conflict) for one in results) == 3
        with making(clock()) as work:
            asked = work.session.scalars(select(CodeRequest)).all()
            assert len(asked) == open_count
            mails = select(func.count(OutboxMessage.id))
            mails = mails.where(OutboxMessage.template == "code_request")
            assert work.session.scalar(mails) == open_count
            for request in asked:
                request.state = RequestState.ANSWERED


def test_the_database_alone_refuses_a_second_one(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What of two at once the later meets: it has seen no open request, and yet there is one."""
    held = make_held(clock(), terms_accepted_at=START)
    monkeypatch.setattr(requesting, "_check_none_open", lambda _work, _code, _kind: None)

    def ask(kind: RequestKind) -> None:
        with making(clock()) as work:
            open_request(work, code_of(work, held), Plea(kind, "The site says no.", ADDRESS))

    ask(RequestKind.NOT_ACCEPTED)
    with pytest.raises(Conflict, match="You have asked this about the code already"):
        ask(RequestKind.NOT_ACCEPTED)
    ask(RequestKind.OTHER)
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(CodeRequest.id))) == 2
