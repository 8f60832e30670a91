"""The kinds of tampering, each with the row at which the check must find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.engine import Connection

from tests.support.tampering import DETAIL, ENTRY, HEAD, LINK, change, insert_like, remove
from vlms.audit.chaining import entry_of
from vlms.audit.models import AuditEntry
from vlms.audit.rules.chain import chain_of, link_digest
from vlms.audit.rules.holding import Wrong
from vlms.audit.rules.timing import TOLERANCE
from vlms.core.tokens import new_id

NEW = 2**40


@dataclass(frozen=True)
class Expected:
    """What must be told, of which place, or of which entry where it has none."""

    wrong: Wrong
    position: int | None
    sequence: int | None = None


@dataclass(frozen=True)
class Scene:
    """One chain as it stands: its places in order, all rows, and whose turn chance is.

    All chains were signed at `signed_at`; `new` is a number that no entry has.
    """

    connection: Connection
    links: Sequence[Row[Any]]
    entries: Mapping[int, Row[Any]]
    details: Mapping[int, Row[Any]]
    chance: Random
    signed_at: datetime
    new: int

    def pick(self) -> Row[Any]:
        return self.chance.choice(self.links)

    def pair(self) -> tuple[Row[Any], Row[Any]]:
        first, second = sorted(self.chance.sample(range(len(self.links)), 2))
        return self.links[first], self.links[second]

    @property
    def last(self) -> int:
        return int(self.links[-1].position)

    @property
    def chain_id(self) -> UUID:
        return UUID(str(self.links[0].chain_id))


def read_scenes(connection: Connection, chance: Random, signed_at: datetime) -> list[Scene]:
    """Each chain's; read once, since whatever is done to them is taken back."""
    links: dict[UUID, list[Row[Any]]] = {}
    for place in connection.execute(select(LINK).order_by(LINK.c.position)):
        links.setdefault(place.chain_id, []).append(place)
    entries, details = (
        {row.sequence: row for row in connection.execute(select(table))}
        for table in (ENTRY, DETAIL)
    )
    return [
        Scene(connection, links[chain_id], entries, details, chance, signed_at, NEW + number)
        for number, chain_id in enumerate(sorted(links))
    ]


def edit_column(scene: Scene) -> Expected:
    place = scene.pick()
    found = scene.entries[place.sequence]
    column = scene.chance.choice([each.name for each in ENTRY.c if each.name != "sequence"])
    other: dict[str, Any] = {
        "at": found.at + timedelta(microseconds=1),
        "detail_digest": bytes([found.detail_digest[0] ^ 1]) + found.detail_digest[1:],
        "reason": (found.reason or "") + " ",
        "action": found.action + "x",
        "record_kind": found.record_kind + "x",
    }
    change(scene.connection, AuditEntry, place.sequence, **{column: other.get(column, new_id())})
    return Expected(Wrong.EDITED, place.position)


def edit_digest(scene: Scene) -> Expected:
    place = scene.pick()
    digest = bytes([place.digest[0] ^ 128]) + place.digest[1:]
    at_place = LINK.c.sequence == place.sequence
    scene.connection.execute(update(LINK).where(at_place).values(digest=digest))
    return Expected(Wrong.EDITED, place.position)


def delete_row(scene: Scene) -> Expected:
    place = scene.pick()
    remove(scene.connection, place.sequence)
    is_last = place.position == scene.last
    return Expected(Wrong.TRUNCATED if is_last else Wrong.MISSING, place.position)


def delete_entry_alone(scene: Scene) -> Expected:
    place = scene.pick()
    scene.connection.execute(delete(ENTRY).where(ENTRY.c.sequence == place.sequence))
    return Expected(Wrong.MISSING, place.position)


def swap_contents(scene: Scene) -> Expected:
    first, second = scene.pair()
    found = [scene.entries[each.sequence] for each in (first, second)]
    for place, other in zip((first, second), reversed(found), strict=True):
        values = {name: value for name, value in other._mapping.items() if name != "sequence"}
        change(scene.connection, AuditEntry, place.sequence, **values)
    return Expected(Wrong.EDITED, first.position)


def swap_places(scene: Scene) -> Expected:
    first, second = scene.pair()
    for sequence, position in (
        (first.sequence, scene.new),
        (second.sequence, first.position),
        (first.sequence, second.position),
    ):
        at_place = LINK.c.sequence == sequence
        scene.connection.execute(update(LINK).where(at_place).values(position=position))
    return Expected(Wrong.MOVED, first.position)


def insert_without_place(scene: Scene) -> Expected:
    _forge_like(scene, scene.pick())
    return Expected(Wrong.INSERTED, None, scene.new)


def insert_with_place(scene: Scene) -> Expected:
    """Well linked to the row before; those behind move on by one."""
    place = scene.pick()
    _forge_like(scene, place)
    for later in reversed(scene.links[place.position :]):
        at_place = LINK.c.sequence == later.sequence
        moved = update(LINK).where(at_place).values(position=later.position + 1)
        scene.connection.execute(moved)
    _link(scene, scene.new, place.position + 1, place.digest, insert)
    if place.position == scene.last:
        return Expected(Wrong.INSERTED, place.position + 1)
    if place.position + 1 == scene.last:
        # It stands where the chain's head is known to be another.
        return Expected(Wrong.REWRITTEN, place.position + 1)
    return Expected(Wrong.MOVED, place.position + 2)


def _forge_like(scene: Scene, place: Row[Any], **values: Any) -> None:
    like, changed = scene.entries[place.sequence], {"reason": "forged", **values}
    insert_like(scene.connection, like, ENTRY, sequence=scene.new, **changed)


def _link(
    scene: Scene, sequence: int, position: int, previous: bytes, how: Callable[..., Any]
) -> None:
    wanted = select(ENTRY).where(ENTRY.c.sequence == sequence)
    found = scene.connection.execute(wanted).one()
    chain_id = chain_of(found.organisation_id)
    entry = entry_of(found._asdict(), sequence)
    values = {
        "sequence": sequence,
        "chain_id": chain_id,
        "position": position,
        "previous": previous,
        "digest": link_digest(previous, chain_id, position, entry),
    }
    statement = how(LINK).values(values)
    if how is update:
        statement = statement.where(LINK.c.sequence == sequence)
    scene.connection.execute(statement)


def truncate(scene: Scene) -> Expected:
    place = scene.pick()
    for later in reversed(scene.links[place.position - 1 :]):
        remove(scene.connection, later.sequence)
    return Expected(Wrong.TRUNCATED, place.position)


def edit_detail(scene: Scene) -> Expected:
    place = scene.pick()
    column = scene.chance.choice(["salt", "actor_name", "before", "after"])
    salt = scene.details[place.sequence].salt
    other = {"salt": bytes([salt[0] ^ 1]) + salt[1:], "actor_name": "Somebody else"}
    at_place = DETAIL.c.sequence == place.sequence
    values = {column: other.get(column, {"n": "forged"})}
    scene.connection.execute(update(DETAIL).where(at_place).values(values))
    return Expected(Wrong.DETAIL_EDITED, place.position)


def delete_detail(scene: Scene) -> Expected:
    place = scene.pick()
    scene.connection.execute(delete(DETAIL).where(DETAIL.c.sequence == place.sequence))
    return Expected(Wrong.DETAIL_MISSING, place.position)


def edit_and_link_anew(scene: Scene) -> Expected:
    """The row by itself is whole again; what follows it, or the head, does not fit."""
    place = scene.pick()
    change(scene.connection, AuditEntry, place.sequence, reason="forged")
    _link(scene, place.sequence, place.position, place.previous, update)
    is_last = place.position == scene.last
    return Expected(Wrong.REWRITTEN, place.position + (0 if is_last else 1))


def move_head(scene: Scene) -> Expected:
    own = HEAD.c.chain_id == scene.links[0].chain_id
    scene.connection.execute(update(HEAD).where(own).values(position=scene.last + 1))
    return Expected(Wrong.TRUNCATED, scene.last + 1)


def backdate(scene: Scene) -> Expected:
    """Appended as we would, with its detail and the chain's head: only older than it can be."""
    place, before = scene.links[-1], TOLERANCE + timedelta(seconds=scene.chance.randint(1, 10**7))
    _forge_like(scene, place, at=scene.signed_at - before)
    insert_like(scene.connection, scene.details[place.sequence], DETAIL, sequence=scene.new)
    _link(scene, scene.new, place.position + 1, place.digest, insert)
    digest = select(LINK.c.digest).where(LINK.c.sequence == scene.new).scalar_subquery()
    own = HEAD.c.chain_id == scene.chain_id
    moved = update(HEAD).where(own).values(position=scene.last + 1, digest=digest)
    scene.connection.execute(moved)
    return Expected(Wrong.BACKDATED, scene.last + 1, scene.new)


KINDS: tuple[Callable[[Scene], Expected], ...] = (
    edit_column,
    edit_digest,
    delete_row,
    delete_entry_alone,
    swap_contents,
    swap_places,
    insert_without_place,
    insert_with_place,
    truncate,
    edit_detail,
    delete_detail,
    edit_and_link_anew,
    move_head,
    backdate,
)
