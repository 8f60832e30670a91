"""The migrations of competencies and memberships on an installation that is in use (K3, M1)."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.upgrading import old_database, revisions
from vlms.core.db import db

_AT = "'2026-01-01 00:00:00+00:00'"
_PLACE = f"'{1:032x}'"
_ORGANISATION = (
    "INSERT INTO organisation (id, slug, kind, name, search_name, country, time_zone, language,"
    " assign_delay_minutes, has_roc_years, created_at) VALUES"
    f" ({_PLACE}, 'contoso', 'customer', 'Contoso', 'contoso', 'US', 'UTC', 'en', 30, false, {_AT})"
)


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(*statements: str) -> None:
    for statement in statements:
        with pytest.raises(IntegrityError):
            run(statement)


def count(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0)


def figure(number: int, place: str = _PLACE, month: str = "2026-01-01") -> str:
    return (
        "INSERT INTO competency_figure (id, organisation_id, competency, path, metric, month,"
        f" contribution) VALUES ('{number:032x}', {place}, 'c', 'p', 'm', '{month}', 10000)"
    )


def spell(number: int, ended: str = "NULL", state: str = "active") -> str:
    return (
        "INSERT INTO competency_spell (id, organisation_id, competency, state, level, started_on,"
        f" ended_on, created_at) VALUES ('{number:032x}', {_PLACE}, 'c', '{state}', 1,"
        f" '2026-01-01', {ended}, {_AT})"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_month_has_one_figure_and_a_competency_one_present_k3(kind: str, elsewhere: Path) -> None:
    own, before = revisions("competencies")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(_ORGANISATION)
        flask_migrate.upgrade(revision=own)
        run(figure(2), figure(3, month="2026-02-01"))
        run(spell(2, "'2026-02-01'"), spell(3, "'2026-03-01'"), spell(4))
        refused(figure(4), figure(5, place=f"'{9:032x}'"))
        refused(spell(5), spell(6, "'2026-03-01'", "forgotten"))
        assert (count("competency_figure"), count("competency_spell")) == (2, 3)
        # Who stays is not removed under what refers to them.
        refused("DELETE FROM organisation")
        flask_migrate.downgrade(revision=before)
        assert count("organisation") == 1
        flask_migrate.upgrade(revision=own)
        assert count("competency_figure") == 0


def membership(number: int, replaced: str = "NULL", family: str = "package") -> str:
    return (
        "INSERT INTO membership (id, organisation_id, family, offer_key, competency, bought_on,"
        f" anniversary, replaced_on, currency, created_at) VALUES ('{number:032x}', {_PLACE},"
        f" '{family}', 'silver-package', 'typed', '2025-01-01', '2026-01-01', {replaced}, 'USD',"
        f" {_AT})"
    )


def order(number: int, state: str = "placed") -> str:
    return (
        "INSERT INTO membership_order (id, organisation_id, number, kind, state, family, offer_key,"
        " purchase_order, currency, list_minor, amount_minor, offers_version, terms_version,"
        f" placed_at, placed_on, pay_by) VALUES ('{number:032x}', {_PLACE}, 'M-{number}', 'buy',"
        f" '{state}', 'package', 'silver-package', 'PO', 'USD', 1, 1, '1', '1', {_AT},"
        " '2026-01-01', '2026-01-31')"
    )


def benefit(number: int, starts: str, counts: str) -> str:
    return (
        "INSERT INTO membership_benefit (id, organisation_id, membership_id, benefit_key, name_en,"
        " name_zh, quantity, assigned_count, activated_count, starts_on, ends_on, value_minor)"
        f" VALUES ('{number:032x}', {_PLACE}, '{2:032x}', 'seats', 'x', 'x', {counts},"
        f" '{starts}', '2026-12-31', 1)"
    )


def reminder(number: int, kind: str) -> str:
    return (
        "INSERT INTO membership_reminder (id, organisation_id, membership_id, kind, due_on,"
        f" sent_at) VALUES ('{number:032x}', {_PLACE}, '{2:032x}', '{kind}', '2026-01-01', {_AT})"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_may_stand_once_stands_once_and_counts_fit_m1(kind: str, elsewhere: Path) -> None:
    own, before = revisions("memberships")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(_ORGANISATION, figure(2), spell(2))
        flask_migrate.upgrade(revision=own)
        assert (count("competency_figure"), count("competency_spell")) == (1, 1)
        run(membership(2), membership(3, "'2025-06-01'"), membership(4, family="action_pack"))
        run(order(2), order(3, "paid"), order(4, "lapsed"))
        run(benefit(2, "2026-01-01", "5, 4, 3"), benefit(3, "2026-06-01", "5, 0, 0"))
        run(reminder(2, "renewal"), reminder(3, "lost"))
        refused(membership(5), membership(6, "'2025-06-01'", "gold"), order(5), order(6, "held"))
        refused(
            benefit(4, "2026-01-01", "5, 0, 0"),
            benefit(5, "2026-07-01", "5, 6, 0"),
            benefit(6, "2026-08-01", "5, 2, 3"),
            benefit(7, "2026-09-01", "5, 0, -1"),
        )
        refused(reminder(4, "renewal"), reminder(5, "rumour"))
        flask_migrate.downgrade(revision=before)
        assert count("competency_spell") == 1
        flask_migrate.upgrade(revision=own)
        assert count("membership") == 0
