"""Authenticator apps and recovery codes: tried, sealed, spent, taken away."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_user, making
from tests.support.making_factors import App, demanding, make_app
from vlms.audit.models import AuditEntry
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import RecoveryCode, SecondFactor
from vlms.authentication.factor_queries import count_recovery_codes, has_factor, needs_factor
from vlms.authentication.rules.one_time_passwords import SECRET_BYTES, written
from vlms.authentication.service.authenticators import (
    PAGE_LASTS,
    add_authenticator,
    check_authenticator,
    new_secret,
    open_secret,
    place_of,
)
from vlms.authentication.service.factors import remove_factor, rename_factor
from vlms.authentication.service.recovery import check_recovery_code, make_recovery_codes
from vlms.core.db import db
from vlms.core.errors import BadInput, NotFound
from vlms.core.permissions import Role
from vlms.core.sealing import unseal
from vlms.core.tokens import new_id
from vlms.core.work import key_ring
from vlms.notices.models import OutboxMessage


def user_with_app(now: datetime, email: str = "ann@contoso.example") -> tuple[UUID, App]:
    with making(now) as work:
        user_id = make_user(work, email).id
    return user_id, make_app(user_id, now)


def test_the_secret_of_a_page_is_good_for_a_quarter_of_an_hour(
    app: Flask, clock: StillClock
) -> None:
    ring = key_ring()
    ann = new_id()
    page = new_secret(ring, ann, clock())
    last = clock() + PAGE_LASTS - timedelta(seconds=1)
    assert len(open_secret(ring, ann, page, last)) == SECRET_BYTES
    with pytest.raises(BadInput, match="quarter of an hour"):
        open_secret(ring, ann, page, clock() + PAGE_LASTS)


def test_a_code_opens_once(app: Flask, clock: StillClock) -> None:
    user_id, phone = user_with_app(clock())
    with making(clock()) as work:
        assert check_authenticator(work, user_id, phone.code(clock())).id == phone.factor_id
    with making(clock()) as work, pytest.raises(FactorRefused) as caught:
        check_authenticator(work, user_id, phone.code(clock()))
    assert caught.value.rule == "G4"
    with making(clock()) as work, pytest.raises(FactorRefused):
        check_authenticator(work, user_id, phone.code(clock(), -1))
    later = clock.move(seconds=30)
    with making(later) as work:
        check_authenticator(work, user_id, phone.code(later))


def test_somebody_elses_code_opens_nothing(app: Flask, clock: StillClock) -> None:
    _ann, phone = user_with_app(clock())
    bob, _other = user_with_app(clock(), "bob@contoso.example")
    with making(clock()) as work, pytest.raises(FactorRefused):
        check_authenticator(work, bob, phone.code(clock()))


def test_the_secret_lies_sealed_and_for_its_row_alone(app: Flask, clock: StillClock) -> None:
    _user_id, phone = user_with_app(clock())
    with making(clock()) as work:
        sealed = work.session.get_one(SecondFactor, phone.factor_id).sealed_secret or b""
        assert unseal(work.keys, sealed, place_of(phone.factor_id)) == phone.secret
        with pytest.raises(InvalidTag):
            unseal(work.keys, sealed, place_of(UUID(int=1)))
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM second_factor")).all()
    assert phone.secret not in repr(rows).encode()
    assert written(phone.secret) not in repr(rows)


def test_the_secret_of_another_users_page_is_refused(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        ann, bob = make_user(work, "ann@contoso.example"), make_user(work, "bob@contoso.example")
        sealed = new_secret(work.keys, ann.id, work.now)
        for page in (sealed, "", "no base64!", sealed[:-8] + "AAAAAAAA"):
            with pytest.raises(BadInput):
                open_secret(work.keys, bob.id, page, work.now)
        with pytest.raises(FactorRefused):
            add_authenticator(work, ann.id, sealed, "000000", "Telephone")
        assert not has_factor(work.session, ann.id)


def test_one_secret_is_set_up_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        ann = make_user(work, "ann@contoso.example").id
        page, other = (new_secret(work.keys, ann, work.now) for _each in range(2))
        for step, sealed in enumerate((page, other)):
            shown = App(ann, open_secret(work.keys, ann, sealed, work.now)).code(clock())
            add_authenticator(work, ann, sealed, shown, f"Telephone {step}")
        again = App(ann, open_secret(work.keys, ann, page, work.now)).code(clock(), 1)
        with pytest.raises(FactorRefused) as refused:
            add_authenticator(work, ann, page, again, "Tablet")
        assert refused.value.reason == "known_app"


def test_its_user_is_told_and_the_journal_names_no_secret(app: Flask, clock: StillClock) -> None:
    user_id, phone = user_with_app(clock())
    with making(clock()) as work:
        rename_factor(work, user_id, phone.factor_id, "Old telephone")
        remove_factor(work, user_id, phone.factor_id)
        told = work.session.query(OutboxMessage).order_by(OutboxMessage.id)
        assert [message.template for message in told] == ["factor_added", "factor_removed"]
        entries = work.session.query(AuditEntry).filter_by(record_kind="second_factor")
        found = [entry.action for entry in entries.order_by(AuditEntry.sequence)]
        assert found == ["factor.added", "factor.renamed", "factor.removed"]
    with db.engine.connect() as connection:
        journal = repr(connection.execute(text("SELECT * FROM audit_detail")).all())
    assert written(phone.secret) not in journal
    assert "sealed_secret" not in journal


def test_the_last_one_stays_while_a_role_demands_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        ann = make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example").id
        fay = make_member(work, contoso, Role.FINANCE, "fay@contoso.example").id
    first, second = make_app(ann, clock()), make_app(ann, clock())
    only = make_app(fay, clock())
    with demanding(app), making(clock()) as work:
        assert needs_factor(work.session, ann)
        assert not needs_factor(work.session, fay)
        remove_factor(work, fay, only.factor_id)
        remove_factor(work, ann, first.factor_id)
        with pytest.raises(FactorRefused, match="last second factor"):
            remove_factor(work, ann, second.factor_id)
    with making(clock()) as work:
        assert not needs_factor(work.session, ann)
        remove_factor(work, ann, second.factor_id)


def test_nobody_touches_anothers(app: Flask, clock: StillClock) -> None:
    _ann, phone = user_with_app(clock())
    bob, _other = user_with_app(clock(), "bob@contoso.example")
    with making(clock()) as work:
        with pytest.raises(NotFound):
            remove_factor(work, bob, phone.factor_id)
        with pytest.raises(NotFound):
            rename_factor(work, bob, phone.factor_id, "Mine")


def test_each_recovery_code_opens_once(app: Flask, clock: StillClock) -> None:
    user_id, _phone = user_with_app(clock())
    with making(clock()) as work:
        codes = make_recovery_codes(work, user_id)
    with making(clock()) as work:
        assert check_recovery_code(work, user_id, codes[0].lower().replace("-", " ")) == 9
    for typed in (codes[0], "", "AAAA-AAAA-AAAA"):
        with making(clock()) as work, pytest.raises(FactorRefused):
            check_recovery_code(work, user_id, typed)
    with making(clock()) as work:
        assert count_recovery_codes(work.session, user_id) == 9


def test_new_recovery_codes_end_the_old(app: Flask, clock: StillClock) -> None:
    user_id, _phone = user_with_app(clock())
    with making(clock()) as work:
        old = make_recovery_codes(work, user_id)
    with making(clock()) as work:
        make_recovery_codes(work, user_id)
    with making(clock() + timedelta(hours=1)) as work:
        assert count_recovery_codes(work.session, user_id) == 10
        with pytest.raises(FactorRefused):
            check_recovery_code(work, user_id, old[0])


def test_a_recovery_code_is_nobody_elses_and_not_kept_readable(
    app: Flask, clock: StillClock
) -> None:
    ann, _phone = user_with_app(clock())
    bob, _other = user_with_app(clock(), "bob@contoso.example")
    with making(clock()) as work:
        codes = make_recovery_codes(work, ann)
    with making(clock()) as work, pytest.raises(FactorRefused):
        check_recovery_code(work, bob, codes[0])
    with making(clock()) as work:
        kept = {code.code_digest for code in work.session.query(RecoveryCode)}
        assert len(kept) == 10
        assert all(len(digest) == 32 for digest in kept)


def test_without_a_factor_there_are_no_recovery_codes(app: Flask, clock: StillClock) -> None:
    user_id, phone = user_with_app(clock())
    with making(clock()) as work:
        make_recovery_codes(work, user_id)
        remove_factor(work, user_id, phone.factor_id)
        assert count_recovery_codes(work.session, user_id) == 0
        with pytest.raises(FactorRefused, match="you have none"):
            make_recovery_codes(work, user_id)
