"""Instants that can be compared: all of them in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError without a zone.

    Two datetimes of one zone are compared and subtracted by their wall clocks, which is
    wrong by an hour when the clocks change in between; in UTC they are not.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant has a zone")
    return instant.astimezone(UTC)
