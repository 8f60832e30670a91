"""What does not match in providers' reports, as a table that can be sent to the provider."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vlms.codes.rules.code_text import mask
from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table
from vlms.giving.models.provider_reports import ProviderRow
from vlms.giving.report_words import HAPPENING_WORDS, STATE_WORDS, WHY_WORDS


def queue_table(rows: Iterable[ProviderRow], made_at: datetime) -> Table[ProviderRow]:
    """The rows with why each waits; instants in UTC, codes by their last symbols."""
    return Table(_("What does not match"), _COLUMNS, rows, made_at)


def _why(row: ProviderRow) -> Text | None:
    return WHY_WORDS[row.why] if row.why else None


_COLUMNS = (
    Column[ProviderRow](_("Provider"), lambda row: row.report.provider),
    Column[ProviderRow](_("File"), lambda row: row.report.filename),
    Column[ProviderRow](_("Row"), lambda row: row.row_number, Kind.INTEGER),
    Column[ProviderRow](_("Code"), lambda row: mask(row.last4), Kind.CODE),
    Column[ProviderRow](_("Candidate"), lambda row: row.candidate_name or None),
    Column[ProviderRow](_("Candidate's e-mail"), lambda row: row.candidate_email or None),
    Column[ProviderRow](_("Candidate's number"), lambda row: row.candidate_number or None),
    Column[ProviderRow](_("Exam"), lambda row: row.exam),
    Column[ProviderRow](_("Appointment"), lambda row: row.starts_at, Kind.INSTANT, zone="UTC"),
    Column[ProviderRow](_("Status"), lambda row: HAPPENING_WORDS[row.happening]),
    Column[ProviderRow](
        _("When it happened"), lambda row: row.happened_at, Kind.INSTANT, zone="UTC"
    ),
    Column[ProviderRow](_("State"), lambda row: STATE_WORDS[row.state]),
    Column[ProviderRow](_("Why"), _why),
    Column[ProviderRow](_("Remark"), lambda row: row.remark),
)
