"""A clock that tests move by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StillClock:
    """Gives the same instant until it is told otherwise."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def reset(self) -> None:
        self.now = START

    def set(self, instant: datetime) -> None:
        self.now = instant

    def move(self, **by: float) -> datetime:
        """Forward by `timedelta(**by)`."""
        self.now += timedelta(**by)
        return self.now
