"""The manifest of a OneRoster zip: which files there are, and whether each is all there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from vlms.academy.rules.roster_rows import RosterFault
from vlms.academy.rules.roster_words import (
    MANIFEST,
    OTHER_FILES,
    SOURCES,
    VERSIONS,
    Kind,
    Mode,
)
from vlms.core.reading import shown
from vlms.core.text import Text, _

MANIFEST_FILE = f"{MANIFEST}.csv"
HEADINGS = ("propertyName", "value")
_KNOWN = frozenset({*VERSIONS, *SOURCES, *(f"file.{name}" for name in (*Kind, *OTHER_FILES))})
_EXPORT_AGAIN = _("Let the source system export the files again.")


def read_manifest(
    lines: Iterable[tuple[int, tuple[str, ...]]], there: Collection[str]
) -> tuple[Mapping[Kind, Mode], list[RosterFault]]:
    """How each kind's file is meant; `there` are the names of the files in the zip."""
    read = _Manifest()
    for line, (name, value) in lines:
        read.take(line, name.strip(), value.strip())
    read.require([*VERSIONS, *(f"file.{kind}" for kind in Kind)])
    for kind, mode in read.modes.items():
        read.compare(kind, mode, f"{kind}.csv" in there)
    return read.modes, read.faults


class _Manifest:
    def __init__(self) -> None:
        self.modes: dict[Kind, Mode] = {}
        self.faults: list[RosterFault] = []
        self._lines: dict[str, int] = {}

    def take(self, line: int, name: str, value: str) -> None:
        if name not in _KNOWN:
            sentence = _('"%(name)s" is no property of a manifest.', name=shown(name))
            self._wrong(line, "propertyName", sentence)
        elif name in self._lines:
            sentence = _(
                '"%(name)s" stands on line %(line)s already.', name=name, line=self._lines[name]
            )
            self._wrong(line, "propertyName", sentence)
        else:
            self._lines[name] = line
            self._read(line, name, value)

    def _read(self, line: int, name: str, value: str) -> None:
        if name in VERSIONS and value != VERSIONS[name]:
            sentence = _(
                "%(name)s is “%(value)s”; version %(known)s is read.",
                name=name,
                value=shown(value),
                known=VERSIONS[name],
            )
            self._wrong(line, "value", sentence)
        if not name.startswith("file."):
            return
        if value not in set(Mode):
            sentence = _(
                "%(name)s is “%(value)s”; a file is bulk, delta or absent.",
                name=name,
                value=shown(value),
            )
            self._wrong(line, "value", sentence)
        elif name[5:] in set(Kind):
            self.modes[Kind(name[5:])] = Mode(value)

    def require(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._lines:
                sentence = _("The manifest does not tell %(name)s.", name=name)
                self._wrong(1, "propertyName", sentence)

    def compare(self, kind: Kind, mode: Mode, is_there: bool) -> None:
        """What the manifest says of a file against whether the zip has it."""
        if (mode is Mode.ABSENT) == (not is_there):
            return
        if is_there:
            sentence = _("%(file)s is in the zip, though it is called absent.", file=f"{kind}.csv")
        else:
            sentence = _("%(file)s is not in the zip.", file=f"{kind}.csv")
        self._wrong(self._lines[f"file.{kind}"], "value", sentence)

    def _wrong(self, line: int, name: str, sentence: Text) -> None:
        self.faults.append(RosterFault(MANIFEST_FILE, line, name, sentence, _EXPORT_AGAIN))
