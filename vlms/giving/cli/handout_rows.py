"""What commands of handouts print: their list, the check, the result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.commands import OPERATOR, command_work, print_rows
from vlms.giving.exports.handouts import code_in, email_in, mail_standing, name_in, number_in, why
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.arrivals import result_of
from vlms.giving.queries.handouts import count_outcomes, get_handout


def print_result(handout_id: UUID, as_json: bool) -> None:
    """What became of each row."""
    with command_work() as work:
        found = result_of(work.session, get_handout(work.session, handout_id, OPERATOR))
        told = [{**_result_row(row), "mail": mail_standing(found.mails, row)} for row in found.rows]
    print_rows(told, as_json=as_json)


def summary(session: Session, one: Handout) -> dict[str, Any]:
    """A handout and how many rows came to which end."""
    counts = {
        outcome.value if outcome else "waiting": count
        for outcome, count in count_outcomes(session, one.id).items()
    }
    return {
        "handout": str(one.id),
        "made_at": one.made_at.isoformat(),
        "act": one.act.value,
        "rows": one.row_count,
        "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        **{name: counts.get(name, 0) for name in ("given", "skipped", "failed", "undone")},
    }


def check_row(row: HandoutRow) -> dict[str, Any]:
    """What the check says of a row."""
    return {**_who(row), "check": row.standing.value, "why": why(row)}


def _result_row(row: HandoutRow) -> dict[str, Any]:
    outcome = row.outcome.value if row.outcome else "waiting"
    facts = {"handout": str(row.handout_id), "result": outcome, "code": code_in(row)}
    return {**_who(row), **facts, "why": why(row)}


def _who(row: HandoutRow) -> dict[str, Any]:
    return {
        "row": row.line,
        "name": name_in(row),
        "email": email_in(row),
        "number": number_in(row),
        "product": row.product.key,
    }
