"""The programmes and currencies of the agreements that a scope sees; a domain above lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

Terms = tuple[str, str]
Lister = Callable[[Session, date], Sequence[Terms]]


def _none(_session: Session, _today: date) -> Sequence[Terms]:
    return ()


@dataclass
class _Connection:
    lister: Lister = _none


_connection = _Connection()


def use_terms_in_use(lister: Lister) -> None:
    """Let `lister(session, today)` say from now on under which terms is bought."""
    _connection.lister = lister


def list_terms_in_use(session: Session, today: date) -> Sequence[Terms]:
    """Programme and currency of the running agreements, those of most agreements first."""
    return _connection.lister(session, today)
