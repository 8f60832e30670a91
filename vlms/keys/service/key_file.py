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
from vlms.core.installation import DROPPED, InstallationFact, is_dropped, remember_change
from vlms.core.keys import KEY_BYTES, KeyRing, change_keys, load_keys
from vlms.core.work import Work
from vlms.keys.service.master_keys import (
    ROTATED,
    begin_using,
    check_master_unused,
    with_coming_master,
    with_master_in_use,
    without_master,
)
from vlms.keys.service.rotating import check_reason


def rotate_master(path: Path, open_work: OpenWork, reason: str) -> KeyRing:
    """A new master key; the present one is a former one from now on, and still opens.

    The data keys are wrapped by it afterwards (`reseal`). Raises BadInput, KeysRefused.
    """
    check_reason(reason)
    ring = change_keys(path, with_new_master)
    _note_rotated(open_work, ring, reason)
    return ring


def _note_rotated(open_work: OpenWork, ring: KeyRing, reason: str) -> None:
    def note(work: Work) -> None:
        remember_change(work.session, ring)
        _note(work, ROTATED)
        _tell(work, "keys.master_rotated", ring, reason)

    in_work(open_work, note)


def with_new_master(ring: KeyRing) -> KeyRing:
    """The ring with a new master key before the present one."""
    ahead = with_coming_master(ring)
    return with_master_in_use(ahead, ahead.coming)


def add_master(path: Path, open_work: OpenWork, reason: str) -> KeyRing:
    """A new master key that opens and seals nothing yet, until `use_master`.

    So every machine gets to know it before the first one seals with it. Raises BadInput,
    KeysRefused, KeyActRefused.
    """
    check_reason(reason)
    ring = change_keys(path, with_coming_master)
    in_work(open_work, lambda work: _tell(work, "keys.master_added", ring, reason, ring.coming))
    return ring


def use_master(path: Path, open_work: OpenWork, master_id: str, reason: str) -> KeyRing:
    """Seal with the master key that was added; the present one is a former one from now on.

    On each machine once; on one where it is in use nothing changes. Raises BadInput,
    KeysRefused, KeyActRefused.
    """
    check_reason(reason)
    before = load_keys(path)
    if with_master_in_use(before, master_id).master_id != before.master_id:
        in_work(open_work, lambda work: begin_using(work, master_id))
    ring = change_keys(path, lambda ring: with_master_in_use(ring, master_id))
    _note_rotated(open_work, ring, reason)
    return ring


def drop_master(path: Path, open_work: OpenWork, master_id: str, reason: str) -> KeyRing:
    """Take a former master key out of the file, or one that was to come and is not wanted.

    What it sealed in a backup opens no more. Raises BadInput, KeysRefused; KeyActRefused
    while something needs it or another machine has begun to use it, a day after the last
    rotation at the earliest.
    """
    check_reason(reason)

    def note(work: Work) -> None:
        ring = load_keys(path)
        check_master_unused(work, ring, master_id)
        if not is_dropped(work.session, master_id):
            _note(work, DROPPED + master_id)
            _tell(work, "keys.master_dropped", ring, reason, master_id)

    # Said first: whoever would use it from now on is refused. Killed before the file follows,
    # the next run goes on.
    in_work(open_work, note)
    return change_keys(path, lambda ring: without_master(ring, master_id))


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


def _tell(
    work: Work, action: str, ring: KeyRing, reason: str, master_id: str | None = None
) -> None:
    told = master_id or ring.master_id
    record = ("key_file", UUID(int=int(told, 16)), None)
    journal(work, action, record, after={"master_id": told}, reason=reason)


def _note(work: Work, name: str) -> None:
    fact = work.session.get(InstallationFact, name)
    if fact is None:
        fact = InstallationFact(name=name, value="")
        work.session.add(fact)
    fact.value = work.now.isoformat()
