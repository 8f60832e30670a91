"""Changes the key file: the master key, and those that sign cookies and links.

The file is written first, and whole; the database follows. Killed between the two, the next
start finds a file that knows the former key too, and the next run goes on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from vlms.audit.service import journal
from vlms.core import tokens
from vlms.core.attempts import OpenWork, in_work
from vlms.core.installation import InstallationFact, remember_change
from vlms.core.keys import KEY_BYTES, KEY_ID_LENGTH, KeyRing, change_keys
from vlms.core.work import Work
from vlms.keys.service.rotating import check_reason

ROTATED = "master_rotated_at"


def rotate_master(path: Path, open_work: OpenWork, reason: str) -> KeyRing:
    """A new master key; the present one is a former one from now on, and still opens.

    The data keys are wrapped by it afterwards (`reseal`). Raises BadInput, KeysRefused.
    """
    check_reason(reason)
    ring = change_keys(path, with_new_master)

    def note(work: Work) -> None:
        remember_change(work.session, ring)
        _note(work, ROTATED)
        _tell(work, "keys.master_rotated", ring, reason)

    in_work(open_work, note)
    return ring


def with_new_master(ring: KeyRing) -> KeyRing:
    """The ring with a new master key before the present one."""
    return replace(
        ring,
        master_id=tokens.random_bytes(KEY_ID_LENGTH // 2).hex(),
        master=tokens.random_bytes(KEY_BYTES),
        former={**ring.former, ring.master_id: ring.master},
    )


def rotate_session(path: Path, open_work: OpenWork, reason: str, *, links: bool) -> KeyRing:
    """New keys for cookies, and with `links` for one-time links; earlier ones open nothing.

    Raises BadInput, KeysRefused.
    """
    check_reason(reason)

    def change(ring: KeyRing) -> KeyRing:
        session, link = (tokens.random_bytes(KEY_BYTES) for _each in range(2))
        return replace(ring, session=session, link=link if links else ring.link)

    ring = change_keys(path, change)
    action = "keys.link_rotated" if links else "keys.session_rotated"
    in_work(open_work, lambda work: _tell(work, action, ring, reason))
    return ring


def _tell(work: Work, action: str, ring: KeyRing, reason: str) -> None:
    record = ("key_file", UUID(int=int(ring.master_id, 16)), None)
    journal(work, action, record, after={"master_id": ring.master_id}, reason=reason)


def _note(work: Work, name: str) -> None:
    fact = work.session.get(InstallationFact, name)
    if fact is None:
        fact = InstallationFact(name=name, value="")
        work.session.add(fact)
    fact.value = work.now.isoformat()
