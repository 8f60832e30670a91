"""A month of a big partner: the page says how to go on, the command takes it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role
from vlms.exports.sheets import Limits
from vlms.partners.cli.skills_reports import monthly_reports

ROWS = Limits().rows + 1


def long_report() -> bytes:
    """No more columns than are needed: a longer body is kept on disk while it is sent."""
    rows = (f"T,1/5/2026,,{990_000_000 + number},2026-06" for number in range(ROWS))
    head = "TrainingTitle,TrainingCompletionDate,CorpEmail,MCPID,Month"
    return "\n".join((head, *rows)).encode()


def test_what_is_too_long_for_the_page_is_not_to_be_divided(
    app: Flask, client: CheckingClient, clock: StillClock, tmp_path: Path
) -> None:
    clock.set(datetime(2026, 7, 10, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_member(work, own, Role.PARTNER_ADMINISTRATOR, "partner@contoso.example")
    client.sign_in("partner@contoso.example")
    body = long_report()
    answer = client.send(
        "/o/contoso/monthly-reports/import", file=(io.BytesIO(body), "report.csv"), month=""
    )
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "The file has more than 10,000 rows." in text
    assert "by the command “vlms monthly-reports import”, which takes 100,000 rows." in text
    assert "Divide it" not in text
    file = tmp_path / "report.csv"
    file.write_bytes(body)
    result = CliRunner().invoke(monthly_reports, ["import", "contoso", str(file)], obj=lambda: app)
    assert result.exit_code == 0, result.output[-500:]
    assert f"{ROWS} rows written" in result.output
    shown = client.page("/o/contoso/monthly-reports/to-do?part=2").select("main tbody tr")
    assert len(shown) == 200
