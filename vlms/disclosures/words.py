"""The journal's words for disclosures."""

from __future__ import annotations

from vlms.core.text import _

ACTION_WORDS = {"code.disclosed": _("Code shown to an admin")}
