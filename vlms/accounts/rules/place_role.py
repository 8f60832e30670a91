"""What a person can be at a school."""

from __future__ import annotations

from enum import StrEnum


class PlaceRole(StrEnum):
    """What a person is at a school; packs are for these alone (A2, A3)."""

    STUDENT = "student"
    FACULTY = "faculty"
    STAFF = "staff"
