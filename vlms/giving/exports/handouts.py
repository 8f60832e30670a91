"""What became of each row of a handout, as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from vlms.codes.exports import number_of
from vlms.core.packed_text import unpack_text
from vlms.core.text import Name, _, sentences
from vlms.exports.table import Column, Kind, Table
from vlms.giving.handout_words import MAIL_WORDS, OUTCOME_WORDS, STANDING_WORDS
from vlms.giving.models.handouts import HandoutRow
from vlms.giving.queries.arrivals import Result
from vlms.giving.rules.handouts import Outcome
from vlms.notices.models import MessageState, OutboxMessage


def result_table(found: Result, made_at: datetime) -> Table[HandoutRow]:
    """Given, skipped, failed, each with why and what became of its mail (by code)."""
    mails = found.mails
    columns: Sequence[Column[HandoutRow]] = (
        Column(_("Row"), lambda row: row.line, Kind.INTEGER),
        Column(_("Full name"), name_in),
        Column(_("E-mail address"), email_in),
        Column(_("Number"), number_in),
        Column(_("Product"), product_in),
        Column(_("Check"), lambda row: STANDING_WORDS[row.standing]),
        Column(_("Result"), lambda row: OUTCOME_WORDS[row.outcome]),
        Column(_("Why"), why),
        Column(_("Code"), code_in),
        Column(_("Mail"), lambda row: MAIL_WORDS.get(mail_standing(mails, row) or "")),
        Column(_("Sent at"), lambda row: sent_at(mails, row), Kind.INSTANT, found.time_zone),
        Column(_("Why it did not arrive"), lambda row: mail_trouble(mails, row)),
    )
    return Table(_("Result of a handout"), columns, found.rows, made_at)


def name_in(row: HandoutRow) -> str:
    return row.person.name if row.person else row.name


def email_in(row: HandoutRow) -> str:
    return (row.person.email or "") if row.person else row.email


def number_in(row: HandoutRow) -> str:
    return (row.person.number or "") if row.person else row.number


def product_in(row: HandoutRow) -> str:
    return str(Name(row.product.name_en, chinese=row.product.name_zh))


def code_in(row: HandoutRow) -> str | None:
    """Its number, never its text."""
    return None if row.code is None else number_of(row.code)


def mail_standing(mails: Mapping[UUID, OutboxMessage], row: HandoutRow) -> str | None:
    """How far the mail with its link came; None where no code was given."""
    message = _mail(mails, row)
    if message is None:
        return None
    if message.bounced_at is not None:
        return "came_back"
    return "not_sent" if message.state is MessageState.DEAD else message.state.value


def sent_at(mails: Mapping[UUID, OutboxMessage], row: HandoutRow) -> datetime | None:
    message = _mail(mails, row)
    return None if message is None else message.sent_at


def mail_trouble(mails: Mapping[UUID, OutboxMessage], row: HandoutRow) -> str | None:
    """What the mail server said of one that did not arrive."""
    message = _mail(mails, row)
    if message is None or mail_standing(mails, row) not in ("came_back", "not_sent"):
        return None
    return message.bounce_note or message.last_error


def _mail(mails: Mapping[UUID, OutboxMessage], row: HandoutRow) -> OutboxMessage | None:
    given = row.code_id if row.outcome is Outcome.GIVEN else None
    return None if given is None else mails.get(given)


def why(row: HandoutRow) -> str | None:
    """What stands against it, and what to do."""
    refusal = row.reason or (row.problem if row.outcome is None else None)
    if refusal is None:
        return None
    return sentences(unpack_text(refusal["sentence"]), unpack_text(refusal["way_out"]) or "")
