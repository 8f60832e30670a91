"""Writes which roles may enter each address, for somebody to read before it is committed.

`python -m tools.roles write`; a test compares the file with the application.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from vlms.app import create_app
from vlms.core.permissions import Permission, Role, permissions_of
from vlms.settings import read_settings
from vlms.web.access import FOREIGN_PUBLIC

REVIEWED = Path(__file__).parents[1] / "tests" / "architecture" / "reviewed_roles.json"
EVERYONE = "everyone"


def entering(access: Permission | None) -> str:
    """The roles that may enter, in the order of the alphabet."""
    if access is None:
        return EVERYONE
    roles = (role.value for role in Role if access in permissions_of(frozenset({role})))
    return " ".join(sorted(roles))


def by_address(app: Flask) -> dict[str, str]:
    """The roles of each method and address."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in FOREIGN_PUBLIC:
            continue
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[f"{rule.rule} {method}"] = entering(access)
    return found


def reviewed() -> Mapping[str, str]:
    """What somebody has read."""
    found: dict[str, str] = json.loads(REVIEWED.read_text("utf-8"))
    return found


def differences(now: Mapping[str, str], read: Mapping[str, str]) -> list[str]:
    """One sentence for each address that is not as it was read."""
    return [
        f"{address}: now {now.get(address, 'gone')}, reviewed {read.get(address, 'never')}; "
        "run `python -m tools.roles write` and read what changed"
        for address in sorted({*now, *read})
        if now.get(address) != read.get(address)
    ]


def write() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory() as folder:
        found = by_address(create_app(read_settings({"VLMS_INSTANCE": folder})))
    text = json.dumps(found, indent=4, sort_keys=True)
    REVIEWED.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["write"]:
        sys.exit(__doc__)
    write()
