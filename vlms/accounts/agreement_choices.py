"""The agreements for which a role can be given; a domain above this one lists them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class AgreementChoice:
    id: UUID
    number: str


Lister = Callable[[Session, UUID], Sequence[AgreementChoice]]


def _none(_session: Session, _organisation_id: UUID) -> Sequence[AgreementChoice]:
    return ()


@dataclass
class _Connection:
    lister: Lister = _none


_connection = _Connection()


def use_agreement_choices(lister: Lister) -> None:
    """Let `lister(session, organisation_id)` say from now on which agreements there are."""
    _connection.lister = lister


def list_agreement_choices(session: Session, organisation_id: UUID) -> Sequence[AgreementChoice]:
    """The agreements of an organisation that the session's scope sees, by number."""
    return _connection.lister(session, organisation_id)
