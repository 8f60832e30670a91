"""Whether somebody has a second factor, and whether one of their roles demands one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session


def has_factor(_session: Session, _user_id: UUID) -> bool:
    """There are none yet."""
    return False


def needs_factor(_session: Session, _user_id: UUID) -> bool:
    """No role demands one yet."""
    return False
