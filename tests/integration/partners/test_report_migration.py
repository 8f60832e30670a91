"""The migration of monthly reports on an installation that is in use (K2)."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest

from tests.integration.partners.test_partner_migrations import (
    _AT,
    _ORGANISATION,
    _PLACE,
    count,
    figure,
    refused,
    run,
)
from tests.support.upgrading import old_database, revisions


def report(number: int, kind: str = "skills", month: str = "2026-01-01") -> str:
    return (
        "INSERT INTO skills_report (id, organisation_id, kind, month, imported_at, row_count,"
        f" import_count) VALUES ('{number:032x}', {_PLACE}, '{kind}', '{month}', {_AT}, 1, 1)"
    )


def row(number: int, of: int = 2) -> str:
    return (
        "INSERT INTO reported_skill (id, organisation_id, report_id, title, completed_on) VALUES"
        f" ('{number:032x}', {_PLACE}, '{of:032x}', 'AZ-104', '2026-01-05')"
    )


def decision(number: int, of: str = "not_in_pc", state: str = "done") -> str:
    return (
        'INSERT INTO report_decision (id, organisation_id, report_id, "case", subject_id, state,'
        f" note, decided_at) VALUES ('{number:032x}', {_PLACE}, '{2:032x}', '{of}', '{2:032x}',"
        f" '{state}', '', {_AT})"
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_month_has_one_report_of_a_kind_and_a_line_one_decision_k2(
    kind: str, elsewhere: Path
) -> None:
    own, before = revisions("skills_reports")
    with old_database(kind, elsewhere):
        flask_migrate.upgrade(revision=before)
        run(_ORGANISATION, figure(2))
        flask_migrate.upgrade(revision=own)
        assert count("competency_figure") == 1
        run(report(2), report(3, "learning"), report(4, month="2026-02-01"), row(2), row(3))
        run(decision(2), decision(3, "not_in_pmc", "ignored"))
        refused(report(5), report(6, "rumours"), row(4, of=9), "DELETE FROM skills_report")
        refused(decision(4), decision(5, "lost"), decision(6, "not_linked", "forgotten"))
        flask_migrate.downgrade(revision=before)
        assert count("competency_figure") == 1
        flask_migrate.upgrade(revision=own)
        assert count("skills_report") == 0
