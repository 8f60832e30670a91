"""Guides, data sheets and roadmaps elsewhere: links as data, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vlms.core.text import Text, _
from vlms.resources import resource_path

FILE = "resources.toml"
KINDS: dict[str, Text] = {
    "guide": _("Guides"),
    "data-sheet": _("Data sheets"),
    "roadmap": _("Roadmap"),
    "tool": _("Tools"),
}
_LANGUAGES = ("en", "zh")


class ResourcesUnreadable(ValueError):
    """The file of links is not as it should be; the message names the entry."""


@dataclass(frozen=True)
class Bilingual:
    """The same in both languages; shown by the filter `named`."""

    name_en: str
    name_zh: str


@dataclass(frozen=True)
class ResourceLink:
    """A link of the page: its names as catalogue records have them."""

    kind: str
    address: str
    title: Bilingual
    text: Bilingual


def list_resources(instance: Path) -> list[ResourceLink]:
    """The operator's links, else those that came with the program.

    Raises ResourcesUnreadable for a file that is there and wrong.
    """
    own = instance / FILE
    path = own if own.exists() else resource_path(f"docs/{FILE}")
    return read_resources(path.read_text("utf-8"))


def read_resources(text: str) -> list[ResourceLink]:
    """The links of a file. Raises ResourcesUnreadable."""
    try:
        entries = tomllib.loads(text).get("link", [])
    except tomllib.TOMLDecodeError as error:
        raise ResourcesUnreadable(str(error)) from error
    return [_link(number, entry) for number, entry in enumerate(entries, start=1)]


def _link(number: int, entry: Mapping[str, Any]) -> ResourceLink:
    kind, address = entry.get("kind"), str(entry.get("address", ""))
    if kind not in KINDS:
        raise ResourcesUnreadable(f"link {number}: kind must be one of {', '.join(KINDS)}")
    if not address.startswith("https://") and not (address[:1] == "/" != address[1:2]):
        raise ResourcesUnreadable(f"link {number}: address must be https or a path of this site")
    return ResourceLink(kind, address, _both(number, entry, "title"), _both(number, entry, "text"))


def _both(number: int, entry: Mapping[str, Any], name: str) -> Bilingual:
    words = entry.get(name)
    if not isinstance(words, dict) or any(not words.get(each) for each in _LANGUAGES):
        raise ResourcesUnreadable(f"link {number}: {name} must have en and zh")
    return Bilingual(str(words["en"]), str(words["zh"]))
