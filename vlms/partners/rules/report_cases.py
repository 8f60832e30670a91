"""What is to be worked off after a skills report: its No's, and where it and links differ (K2)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Case(StrEnum):
    """Why a line stands in the list."""

    NOT_IN_PC = "not_in_pc"
    NOT_IN_PMC = "not_in_pmc"
    # The link says so, the report lacks the MCID.
    NOT_REPORTED = "not_reported"
    # The report has the MCID, no link here says so.
    NOT_LINKED = "not_linked"


class CaseState(StrEnum):
    """How far a line is; what is decided counts for the report's own month alone."""

    OPEN = "open"
    DONE = "done"
    IGNORED = "ignored"


def is_shown(in_pc: bool | None) -> bool:
    """K2: whether a row shows the link of its MCID: unless it says No for Partner Center."""
    return in_pc is not False


def shown_mcids(rows: Iterable[tuple[str | None, bool | None]]) -> frozenset[str]:
    """The MCIDs that rows of a skills report show: by MCID, and what stands under PC."""
    return frozenset(mcid for mcid, in_pc in rows if mcid and is_shown(in_pc))
