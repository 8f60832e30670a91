"""The words of disclosures: in the journal, and of an export's state."""

from __future__ import annotations

from datetime import datetime

from vlms.core.text import Text, _
from vlms.disclosures.models import CodeExport, ExportState

ACTION_WORDS = {
    "code.disclosed": _("Code shown to an admin"),
    "code_export.asked": _("Export of codes asked for"),
    "code_export.approved": _("Export of codes approved"),
    "code_export.declined": _("Export of codes declined"),
    "code_export.made": _("File of codes made"),
    "code_export.failed": _("File of codes not made"),
    "code_export.link_made": _("Link to a file of codes made"),
    "code_export.taken": _("File of codes taken out"),
    "code_export.removed": _("File of codes removed"),
    "code_export.voided": _("Codes of an export made void"),
}
COLUMN_WORDS = {
    "code_export.number": _("Export"),
    "code_export.form": _("Format"),
    "code_export.file_count": _("Codes in the file"),
    "code_export.left_out_count": _("Left out"),
    "code_export.void_count": _("Codes made void"),
}
STATE_WORDS = {
    ExportState.WAITING: _("Waits for a second admin"),
    ExportState.MAKING: _("File is being made"),
    ExportState.READY: _("File is ready"),
    ExportState.DECLINED: _("Declined"),
    ExportState.FAILED: _("No file could be made"),
}


def state_word(export: CodeExport, now: datetime) -> Text:
    """How an export stands now; what is past its day says so."""
    if is_lapsed(export, now):
        return _("Lapsed: nobody decided")
    if export.state is ExportState.READY and not has_file(export, now):
        return _("File is removed")
    if export.state is ExportState.READY and export.taken_at is not None:
        return _("File was fetched")
    return STATE_WORDS[export.state]


def is_lapsed(export: CodeExport, now: datetime) -> bool:
    """Whether nobody has decided in time."""
    until = export.decide_until
    return export.state is ExportState.WAITING and until is not None and until <= now


def has_file(export: CodeExport, now: datetime) -> bool:
    """Whether there is a file to be fetched."""
    until = export.file_until
    return export.state is ExportState.READY and until is not None and now < until
