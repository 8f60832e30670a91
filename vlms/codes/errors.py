"""Refusals about codes."""

from __future__ import annotations

from vlms.core.errors import BadInput, DomainError, Forbidden


class BadCodeText(BadInput):
    """What was typed or imported cannot be a code (C7)."""

    reason = "code_bad"


class StepRefused(DomainError):
    """The code's state does not allow this step (C2, C3, C4, C6)."""

    reason = "code_step_refused"


class NotForThisParty(Forbidden):
    """The step belongs to somebody else (C2, C3, C4)."""

    reason = "code_not_yours"


class AppointmentRefused(DomainError):
    """An exam appointment, or what is said to have happened to it, cannot be (C3)."""

    reason = "appointment_refused"


class ExtensionRefused(DomainError):
    """A provider's extension that the rules do not know (C5)."""

    reason = "extension_refused"


class CustodyRefused(DomainError):
    """A sealed code that does not open: other key, other row or changed bytes."""

    reason = "code_unreadable"


class IssueRefused(DomainError):
    """A delivery whose codes cannot be issued (C1, C5, C7)."""

    reason = "issue_refused"


class StockShort(IssueRefused):
    """The provider's lists hold too few codes for a delivery (C7)."""

    reason = "stock_short"


class ListRefused(DomainError):
    """An uploaded list that is not taken in as it is (C7)."""

    reason = "stock_list_refused"


class GivingRefused(DomainError):
    """A code that cannot be given to this person (C2)."""

    reason = "code_giving_refused"
