"""The key ring: the secrets that stay outside the database.

`master` seals codes and has an id, so that it can be changed: former ones still open what
they sealed, and one that is to come opens what other machines seal with it already. `index`
finds codes, `link` signs one-time links, `session` signs cookies, `audit` signs the journal's
heads (Ed25519).
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vlms.core import tokens
from vlms.core.errors import DomainError
from vlms.core.text import Text, _

KEY_BYTES = 32
KEY_ID_LENGTH = 8
_FILE_LIMIT = 65_536
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_NAMES = ("index", "link", "session", "audit")


class KeysRefused(DomainError):
    """The keys are missing, unreadable, readable by others, or not whole."""

    reason = "keys_refused"


@dataclass(frozen=True)
class KeyRing:
    """32-byte keys; a master key's id is 8 hexadecimal digits.

    `former` are all others by their ids, that which is `coming` among them: they open and
    seal nothing.
    """

    master_id: str
    master: bytes = field(repr=False)
    index: bytes = field(repr=False)
    link: bytes = field(repr=False)
    session: bytes = field(repr=False)
    former: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    audit: bytes = field(default=b"", repr=False)
    coming: str = ""


def make_key_ring(random_bytes: Callable[[int], bytes] = tokens.random_bytes) -> KeyRing:
    """New keys, each its own."""
    master, index, link, session, audit = (random_bytes(KEY_BYTES) for _each in range(5))
    key_id = random_bytes(KEY_ID_LENGTH // 2).hex()
    return KeyRing(key_id, master, index, link, session, audit=audit)


def fingerprint(ring: KeyRing) -> str:
    """What the database keeps to know its keys again; the keys cannot be found from it.

    It covers the keys without which codes are lost: master, with its id, and index.
    """
    parts = [hmac.digest(key, b"vlms key ring", "sha256") for key in (ring.master, ring.index)]
    return hashlib.sha256(b"".join(parts) + ring.master_id.encode()).hexdigest()


def fingerprints(ring: KeyRing) -> set[str]:
    """The same for a ring as it is, and as it was with each of its former master keys.

    The key file is changed before the database: a program that was killed between the two
    finds a database that knows the keys as they were.
    """
    earlier = (replace(ring, master_id=one, master=key) for one, key in ring.former.items())
    return {fingerprint(each) for each in (ring, *earlier)}


def write_keys(path: Path, ring: KeyRing) -> None:
    """Write a new file that only its owner may read; a file that exists is never touched.

    Raises KeysRefused when there is one. The file appears whole or not at all, also when
    two programs start at once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _draft(path, ring) as draft:
        try:
            os.link(draft, path)
        except FileExistsError:
            raise _refused(_("The key file %(path)s exists already.", path=path)) from None


def change_keys(path: Path, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Write the file anew with changed keys; killed at any moment it is the old one or the new.

    Two who change it at once come after one another. Raises KeysRefused.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        ring = change(load_keys(path))
        with _draft(path, ring) as draft:
            draft.replace(path)
        os.fsync(folder)
        return ring
    finally:
        os.close(folder)


@contextmanager
def _draft(path: Path, ring: KeyRing) -> Iterator[Path]:
    """A file beside it that is wholly on the disk, and gone afterwards."""
    draft = path.with_name(f"{path.name}.{tokens.random_bytes(8).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            _keep_owner(file.fileno(), path)
            file.write(format_keys(ring))
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _keep_owner(handle: int, path: Path) -> None:
    """Whoever could read the old file can read the new one: the running servers, above all."""
    if not path.exists():
        return
    old, new = path.stat(), os.fstat(handle)
    if (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid):
        return
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:
        raise KeysRefused(
            None,
            _("The key file %(path)s belongs to another user of this machine.", path=path),
            reason="another_owner",
            way_out=_("Run the command as the user whom the servers run as."),
        ) from None


def format_keys(ring: KeyRing) -> str:
    """The key file's text: one JSON object, keys in hexadecimal."""
    keys: dict[str, Any] = {"master_id": ring.master_id, "master": ring.master.hex()}
    keys.update({name: getattr(ring, name).hex() for name in _NAMES})
    if ring.former:
        keys["former"] = {key_id: key.hex() for key_id, key in ring.former.items()}
    if ring.coming:
        keys["coming"] = ring.coming
    return json.dumps(keys, indent=2) + "\n"


def load_keys(path: Path, text: str | None = None) -> KeyRing:
    """The keys from a setting's text if there is one, else from the file.

    Raises KeysRefused; the reason `keys_missing` when there is no file.
    """
    if text:
        return parse_keys(text)
    return parse_keys(_read_private(path))


def _read_private(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise _refused(
            _("There is no key file %(path)s.", path=path), reason="keys_missing"
        ) from None
    except OSError:
        raise _refused(_("The key file %(path)s cannot be opened.", path=path)) from None
    try:
        _check_private(os.fstat(handle).st_mode, path)
        return os.read(handle, _FILE_LIMIT).decode("utf-8", errors="replace")
    finally:
        os.close(handle)


def _check_private(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        raise _refused(_("The key file %(path)s is not a file.", path=path))
    if mode & _OPEN_TO_OTHERS:
        raise KeysRefused(
            None,
            _("The key file %(path)s can be read or changed by others.", path=path),
            way_out=_("Let only its owner read it: chmod 600 %(path)s", path=path),
        )


def parse_keys(text: str) -> KeyRing:
    """The key ring from its text; raises KeysRefused, never showing a key."""
    try:
        keys = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused(_("The keys are not written as one JSON object.")) from None
    if not isinstance(keys, dict):
        raise _refused(_("The keys are not written as one JSON object."))
    ring = KeyRing(
        master_id=_key_id(keys.get("master_id")),
        master=_key("master", keys.get("master")),
        index=_key("index", keys.get("index")),
        link=_key("link", keys.get("link")),
        session=_key("session", keys.get("session")),
        former=_former(keys.get("former", {})),
        audit=_audit_key(keys),
        coming=_key_id(keys["coming"]) if "coming" in keys else "",
    )
    _check_distinct(ring)
    return ring


def _audit_key(keys: Mapping[str, object]) -> bytes:
    """Key files of earlier releases have none: theirs comes from their index key."""
    if "audit" in keys:
        return _key("audit", keys["audit"])
    return hmac.digest(_key("index", keys.get("index")), b"vlms journal heads", "sha256")


def _former(keys: object) -> dict[str, bytes]:
    if not isinstance(keys, dict):
        raise _refused(_("The former master keys are not written as one JSON object."))
    return {_key_id(key_id): _key("former", key) for key_id, key in keys.items()}


def _key_id(value: object) -> str:
    if isinstance(value, str) and _KEY_ID.fullmatch(value):
        return value
    raise _refused(_("A master key's id is missing or is not 8 hexadecimal digits."))


def _key(name: str, value: object) -> bytes:
    if value is None:
        raise _refused(_("The key “%(name)s” is missing.", name=name))
    try:
        key = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _refused(_("The key “%(name)s” is not 32 bytes in 64 hexadecimal digits.", name=name))
    return key


def _check_distinct(ring: KeyRing) -> None:
    keys = [ring.master, ring.index, ring.link, ring.session, ring.audit, *ring.former.values()]
    if len(set(keys)) < len(keys) or ring.master_id in ring.former:
        raise _refused(_("Two keys are the same; each needs its own."))
    if ring.coming and ring.coming not in ring.former:
        raise _refused(_("The master key that is to come is missing."))


def _refused(sentence: Text, reason: str | None = None) -> KeysRefused:
    return KeysRefused(
        None,
        sentence,
        reason=reason,
        way_out=_("Put back the key file that belongs to this database, from its backup."),
    )
