"""Master keys by their ids: those of the ring at hand, and those its file has got meanwhile.

A command that changes the master key writes the file while web server and worker run with
the ring they began with; what is sealed with the new key must open there too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vlms.core.errors import DomainError
from vlms.core.keys import KeyRing


@dataclass
class _Source:
    """Where the keys come from."""

    read: Callable[[], KeyRing] | None = None


_source = _Source()


def use_key_source(read: Callable[[], KeyRing]) -> None:
    """Where the keys are read again when an unknown master key is named."""
    _source.read = read


def find_master(ring: KeyRing, master_id: str) -> bytes | None:
    """A master key by its id; None when neither the ring nor its file has it."""
    found = _of(ring, master_id)
    if found is not None:
        return found
    return _of(current_ring(ring), master_id)


def current_ring(ring: KeyRing) -> KeyRing:
    """The ring as its file has it now, where that follows this one; else this one."""
    if _source.read is None:
        return ring
    try:
        found = _source.read()
    except DomainError:
        return ring
    return found if _of(found, ring.master_id) == ring.master else ring


def _of(ring: KeyRing, master_id: str) -> bytes | None:
    return ring.master if master_id == ring.master_id else ring.former.get(master_id)
