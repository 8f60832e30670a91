"""What the database remembers of its installation: above all, which keys it was made with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import String, select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Mapped, Session, mapped_column

from vlms.core.db import Base, reading, transaction
from vlms.core.errors import DomainError
from vlms.core.keys import KeyRing, fingerprint, fingerprints, load_keys, make_key_ring, write_keys
from vlms.core.scope import SYSTEM_ONLY, System
from vlms.core.text import Text, _

_SCOPE = System("installation")
_KEYS = "key_fingerprint"
# The fact that a master key was dropped; its id follows.
DROPPED = "master_dropped_"


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


def open_keys(file: Path, text: str | None = None) -> KeyRing:
    """The keys of this installation; a new one, whose database knows none, makes its file.

    A file that seals with a master key that was dropped is another machine's of before.
    Raises WrongKeys, so that nothing is ever issued that could not be opened again, and
    KeysRefused for a file that is unreadable or open to others.
    """
    known = known_fingerprint()
    if text is None and not file.exists():
        if known is not None:
            raise _wrong(_("The key file %(file)s is gone.", file=file))
        write_keys(file, make_key_ring())
    ring = load_keys(file, text)
    if known is not None and known not in fingerprints(ring):
        raise _wrong(_("These keys do not belong to this database."))
    if known is not None and was_dropped(ring.master_id):
        raise _wrong(
            _("The master key %(key)s of this key file was dropped.", key=ring.master_id),
        )
    return ring


def was_dropped(master_id: str) -> bool:
    """As `is_dropped`, whoever asks: as the database is known now."""
    with reading(_SCOPE) as session:
        return is_dropped(session, master_id)


def is_dropped(session: Session, master_id: str) -> bool:
    """Whether a master key was dropped, on whatever machine: nothing may be sealed by it."""
    return session.get(InstallationFact, DROPPED + master_id) is not None


def remember_change(session: Session, ring: KeyRing) -> None:
    """Note the keys of today in the place of former ones, after their file was changed.

    A machine whose file still waits for a key that others use changes nothing.
    """
    fact = session.get(InstallationFact, _KEYS)
    if ring.coming and fact is not None:
        ahead = replace(ring, master_id=ring.coming, master=ring.former[ring.coming])
        if fact.value == fingerprint(ahead):
            return
    if fact is not None and fact.value in fingerprints(ring):
        fact.value = fingerprint(ring)


def lock_masters(session: Session) -> None:
    """Nobody else takes a master key into use, drops one or wraps by one until this ends."""
    session.scalar(
        select(InstallationFact.name).where(InstallationFact.name == _KEYS).with_for_update()
    )


def known_fingerprint() -> str | None:
    """Of which keys the database knows; None for one that is new or not there yet."""
    try:
        with reading(_SCOPE) as session:
            fact = session.get(InstallationFact, _KEYS)
            return fact.value if fact else None
    except (OperationalError, ProgrammingError):
        return None


def _wrong(sentence: Text) -> WrongKeys:
    return WrongKeys(
        None, sentence, way_out=_("Put back the key file that was used with this database.")
    )
