"""The technical requirements that a delivering site must meet (A1), as a file lists them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from vlms.academy.rules.gate import Requirement
from vlms.core.text import Name, Text


@cache
def site_requirements() -> tuple[Requirement, ...]:
    """In the order of the checklist. A requirement that is added shuts gates until it is ticked."""
    place = files("vlms.academy") / "data" / "site_requirements.json"
    rows = json.loads(place.read_text("utf-8"))["requirements"]
    return tuple(
        Requirement(row["key"], Name(row["name_en"], chinese=row["name_zh"])) for row in rows
    )


def requirement_names() -> dict[str, Text]:
    """What the journal calls each requirement."""
    return {one.key: one.name for one in site_requirements()}
