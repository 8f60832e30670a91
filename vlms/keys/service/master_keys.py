"""Which master keys a key file has: one in use, former ones, and one that is to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vlms.core import tokens
from vlms.core.installation import DROPPED, InstallationFact, is_dropped, lock_masters
from vlms.core.keys import KEY_BYTES, KEY_ID_LENGTH, KeyRing
from vlms.core.text import _
from vlms.core.work import Work
from vlms.keys.errors import KeyActRefused
from vlms.keys.queries import GRACE, uses_of_master

ROTATED = "master_rotated_at"
# The fact that a machine began to use a master key; its id follows.
BEGUN = "master_begun_"


def with_coming_master(ring: KeyRing) -> KeyRing:
    """The ring with one more master key, which seals nothing yet. Raises KeyActRefused."""
    if ring.coming:
        raise KeyActRefused(
            "C8",
            _("The master key %(key)s waits to be used.", key=ring.coming),
            reason="master_waits",
            way_out=_("Use it: vlms keys use-master %(key)s; or drop it.", key=ring.coming),
        )
    coming = tokens.random_bytes(KEY_ID_LENGTH // 2).hex()
    former = {**ring.former, coming: tokens.random_bytes(KEY_BYTES)}
    return replace(ring, former=former, coming=coming)


def with_master_in_use(ring: KeyRing, master_id: str) -> KeyRing:
    """The ring that seals with the key that was to come. Raises KeyActRefused for another."""
    if master_id == ring.master_id:
        return ring
    if master_id != ring.coming:
        raise KeyActRefused(
            "C8",
            _("This key file has no master key %(key)s that is to come.", key=master_id),
            reason="master_unknown",
            way_out=_("Copy the key file from the machine where it was added, then try again."),
        )
    former = {key_id: key for key_id, key in ring.former.items() if key_id != master_id}
    return replace(
        ring,
        master_id=master_id,
        master=ring.former[master_id],
        former={**former, ring.master_id: ring.master},
        coming="",
    )


def without_master(ring: KeyRing, master_id: str) -> KeyRing:
    """The ring without a former master key."""
    former = {key_id: key for key_id, key in ring.former.items() if key_id != master_id}
    return replace(ring, former=former, coming=ring.coming.replace(master_id, ""))


def begin_using(work: Work, master_id: str) -> None:
    """Say that a machine seals with it from now on, before its key file does.

    Until this work ends nobody drops a master key. Raises KeyActRefused for one that was
    dropped, as whoever drops one refuses what was begun: of both only one comes about.
    """
    lock_masters(work.session)
    if is_dropped(work.session, master_id):
        raise KeyActRefused(
            "C8",
            _("The master key %(key)s was dropped on another machine.", key=master_id),
            reason="master_dropped",
            way_out=_("Copy the key file from that machine, and add another master key."),
        )
    if work.session.get(InstallationFact, BEGUN + master_id) is None:
        fact = InstallationFact(name=BEGUN + master_id, value=work.now.isoformat())
        work.session.add(fact)


def check_master_unused(work: Work, ring: KeyRing, master_id: str) -> None:
    """Raises KeyActRefused while a master key is in use, or needed; or is not there.

    What it finds holds until the work ends: data keys are wrapped anew, and master keys taken
    into use, under the same lock.
    """
    lock_masters(work.session)
    if master_id == ring.master_id:
        raise KeyActRefused(
            "C8",
            _("The master key %(key)s is in use.", key=master_id),
            reason="master_in_use",
            way_out=_("Add another and use that one first."),
        )
    if master_id not in ring.former:
        raise _not_there(work, master_id)
    if master_id == ring.coming:
        _check_not_begun(work, master_id)
    has_signed = master_id != ring.coming
    uses = uses_of_master(work.session, master_id, has_signed=has_signed)
    if uses:
        raise KeyActRefused(
            "C8",
            _(
                "The master key %(key)s is still needed by: %(uses)s.",
                key=master_id,
                uses=", ".join(uses),
            ),
            reason="master_needed",
            way_out=_("Keep it in the key file; it seals nothing new."),
        )
    if has_signed:
        _check_day(work)


def _check_not_begun(work: Work, master_id: str) -> None:
    fact = work.session.get(InstallationFact, BEGUN + master_id)
    if fact is not None:
        raise KeyActRefused(
            "C8",
            _("The master key %(key)s is to come here, and in use elsewhere.", key=master_id),
            reason="master_in_use_elsewhere",
            way_out=_("Use it here too: vlms keys use-master %(key)s", key=master_id),
        )


def _check_day(work: Work) -> None:
    """Another machine may have sealed with it until its file was changed, too."""
    fact = work.session.get(InstallationFact, ROTATED)
    if fact is not None and work.now < datetime.fromisoformat(fact.value) + GRACE:
        raise KeyActRefused(
            "C8",
            _("The master key was changed less than a day ago."),
            reason="master_rotated_just_now",
            way_out=_("See that every machine uses the new one, and drop the former tomorrow."),
        )


def _not_there(work: Work, master_id: str) -> KeyActRefused:
    fact = work.session.get(InstallationFact, DROPPED + master_id)
    if fact is not None:
        return KeyActRefused(
            "C8",
            _(
                "The master key %(key)s was dropped on %(day)s.",
                key=master_id,
                day=datetime.fromisoformat(fact.value).date(),
            ),
            reason="master_dropped",
            way_out=_("A key file from a backup of before that day still has it."),
        )
    return KeyActRefused(
        "C8",
        _("This key file knows no master key %(key)s.", key=master_id),
        reason="master_unknown",
        way_out=_("See which it knows: vlms keys list"),
    )
