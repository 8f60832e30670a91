"""What a page can change, a command can change; the list of them was read by somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from flask import Flask

from vlms.cli import cli
from vlms.web.access import FOREIGN_PUBLIC

# An endpoint that takes a POST: its command, or "- " and why there is none.
REVIEWED = Path(__file__).parent / "reviewed_commands.json"
NO_COMMAND = "- "


def changing(app: Flask) -> set[str]:
    """The endpoints that take more than reading."""
    reading = {"GET", "HEAD", "OPTIONS"}
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FOREIGN_PUBLIC and (rule.methods or set()) - reading
    }


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups gone into."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def reviewed() -> Mapping[str, str]:
    found: dict[str, str] = json.loads(REVIEWED.read_text("utf-8"))
    return found


def without_command(endpoints: set[str], table: Mapping[str, str], known: set[str]) -> list[str]:
    """The endpoints for which neither a command that exists nor a reason is named."""
    return sorted(
        endpoint
        for endpoint in endpoints
        if not table.get(endpoint, "").startswith(NO_COMMAND) and table.get(endpoint) not in known
    )


def test_whatever_a_page_changes_a_command_changes_too(app: Flask) -> None:
    known = {name for name, _command in commands(cli)}
    assert without_command(changing(app), reviewed(), known) == []


def test_the_list_names_no_page_that_is_gone(app: Flask) -> None:
    assert sorted(set(reviewed()) - changing(app)) == []


def test_a_page_without_a_command_is_found() -> None:
    table = {"told": "orders place", "excused": "- a reason", "stale": "orders burn"}
    found = without_command({"told", "excused", "stale", "new"}, table, {"orders place"})
    assert found == ["new", "stale"]


def test_every_list_can_be_printed_as_json() -> None:
    lists = [(name, each) for name, each in commands(cli) if name.split()[-1] == "list"]
    assert len(lists) > 5
    assert [name for name, each in lists if "as_json" not in {p.name for p in each.params}] == []
