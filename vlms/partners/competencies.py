"""The competencies as shipped: dated data, each past day judged by its own version (K3)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from vlms.core.errors import NotFound, Topic
from vlms.core.reading import shown
from vlms.core.text import Name, _
from vlms.core.versions import Version, in_force
from vlms.partners.rules.definitions import Definition, read_definitions

Definitions = Mapping[str, Sequence[Version[Definition]]]


@cache
def shipped() -> Definitions:
    """Raises DefinitionWrong when the data contradict themselves."""
    text = (files("vlms.partners") / "data" / "competencies.json").read_text("utf-8")
    return read_definitions(json.loads(text))


def asked_on(day: date, definitions: Definitions | None = None) -> list[Version[Definition]]:
    """What each competency asks for on a day; those that are not there yet are left out."""
    found = []
    for versions in (shipped() if definitions is None else definitions).values():
        if any(one.valid_from is None or one.valid_from <= day for one in versions):
            found.append(in_force(versions, day))
    return found


def get_asked(key: str, day: date) -> Version[Definition]:
    """Raises NotFound."""
    for one in asked_on(day):
        if one.terms.key == key:
            return one
    raise NotFound(
        "K3",
        _('There is no competency "%(name)s" on this day.', name=shown(key)),
        way_out=_("Open the board of competencies."),
        ask=Topic.PARTNER_SUPPORT,
    )


def name_of(key: str) -> str:
    """What it is called in the reader's language by its newest version; else the key."""
    versions = shipped().get(key)
    return str(versions[-1].terms.name) if versions else key


def called(name: str) -> Name:
    """What a competency that was named by its key or a name is called in both languages.

    What nobody defines stays as it was typed.
    """
    for versions in shipped().values():
        if versions[-1].terms.is_called(name):
            return versions[-1].terms.name
    return Name(name, chinese=name)
