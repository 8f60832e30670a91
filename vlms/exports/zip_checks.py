"""What an uploaded zip must not be, whatever is in it: a bomb, or less than it says."""

from __future__ import annotations

from collections.abc import Sequence
from zipfile import BadZipFile, ZipFile, ZipInfo

from vlms.exports.sheets import Limits

_CHUNK = 1 << 16
_SMALL = 1 << 20


def is_bomb(entries: Sequence[ZipInfo], limits: Limits) -> bool:
    """Whether there are more entries, or more bytes in them, than anybody needs."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked_bytes:
        return True
    return any(_ratio(entry) > limits.ratio for entry in entries)


def _ratio(entry: ZipInfo) -> float:
    # Small parts can be very regular and harm nobody.
    return entry.file_size / max(entry.compress_size, 1) if entry.file_size > _SMALL else 0


def has_doubles(names: Sequence[str]) -> bool:
    return len({name.lower() for name in names}) != len(names)


def is_encrypted(entry: ZipInfo) -> bool:
    return bool(entry.flag_bits & 0x1)


def unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    """The entry's bytes, no more than it declares; BadZipFile when it declared too little."""
    parts, left = [], entry.file_size
    with archive.open(entry) as source:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            parts.append(chunk)
    if left:
        raise BadZipFile(f"{entry.filename} is shorter than it says")
    return b"".join(parts)
