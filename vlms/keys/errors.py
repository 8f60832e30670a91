"""Refusals about keys."""

from __future__ import annotations

from vlms.core.errors import DomainError


class SealingKeyUnreadable(DomainError):
    """A data key that its master key does not unwrap: another one, or another owner's."""

    reason = "data_key_unreadable"


class SealingKeyDropped(SealingKeyUnreadable):
    """A data key that was dropped: what it sealed is lost, and no key file brings it back."""

    reason = "data_key_dropped"


class KeyActRefused(DomainError):
    """An act on keys that would lose what is still needed."""

    reason = "key_act_refused"
