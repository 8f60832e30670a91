"""What the database remembers of its installation: above all, which keys it was made with."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, reading, transaction
from vlms.core.errors import DomainError
from vlms.core.keys import KeyRing, fingerprint
from vlms.core.scope import SYSTEM_ONLY, System
from vlms.core.text import _

_SCOPE = System("installation")
_KEYS = "key_fingerprint"


class InstallationFact(Base):
    __tablename__ = "installation_fact"
    visible = SYSTEM_ONLY

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class WrongKeys(DomainError):
    """The key file is not the one that this database's codes were sealed with."""

    reason = "wrong_keys"


def remember_keys(ring: KeyRing) -> None:
    """Note in a new database which keys it belongs to; nothing when it knows already."""
    with transaction(_SCOPE) as session:
        if session.get(InstallationFact, _KEYS) is None:
            session.add(InstallationFact(name=_KEYS, value=fingerprint(ring)))


def check_keys(ring: KeyRing) -> None:
    """Raises WrongKeys, so that nothing is ever issued that could not be opened again."""
    with reading(_SCOPE) as session:
        known = session.get(InstallationFact, _KEYS)
    if known is not None and known.value != fingerprint(ring):
        raise WrongKeys(
            None,
            _("These keys do not belong to this database."),
            way_out=_("Put back the key file that was used with it."),
        )
