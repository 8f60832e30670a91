"""`vlms competencies check`: whether a file of definitions holds, without a database (K3)."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from vlms.core.commands import print_rows
from vlms.core.reading import shown
from vlms.core.text import sentences
from vlms.core.versions import Version
from vlms.partners.rules.definitions import RULE, Definition, DefinitionWrong, read_definitions

_EXIT_BAD_INPUT = 2
_MOST_BYTES = 1_000_000
_AGAIN = "Put it right in the file, then check it again."


class _Unreadable(ValueError):
    """It is no JSON that could hold definitions; says where, as far as that is known."""


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check_file(file: Path, as_json: bool) -> None:
    """Check a FILE of what competencies ask for (JSON, as competencies.json), before it is used.

    Prints the versions of each competency; a mistake is told with its place and ends with 2.
    """
    try:
        found = read_definitions(_read(file))
    except DefinitionWrong as error:
        way_out = str(error.way_out or _AGAIN)
        told = {"competency": error.where[0], "where": ", ".join(error.where), "place": error.place}
        _refuse(
            file, {**told, "rule": error.rule, "error": error.wrong, "way_out": way_out}, as_json
        )
    except _Unreadable as error:
        told = {"competency": None, "where": None, "place": None}
        _refuse(file, {**told, "rule": RULE, "error": str(error), "way_out": _AGAIN}, as_json)
    else:
        _tell(file, [_row(one) for versions in found.values() for one in versions], as_json)


def _read(file: Path) -> object:
    """What the file holds. Raises _Unreadable for what is no such file, too large or too deep."""
    try:
        with file.open("rb") as stream:
            read = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _Unreadable(f"It cannot be opened: {error.strerror}.") from error
    if len(read) > _MOST_BYTES:
        raise _Unreadable("It is larger than a million bytes.")
    try:
        return json.loads(
            read.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise _Unreadable(f"It is not UTF-8, at byte {error.start + 1}.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _Unreadable(f"It is no JSON, {place}: {error.msg}.") from error
    except RecursionError as error:
        raise _Unreadable("Its brackets are too deep.") from error
    except ValueError as error:
        raise _Unreadable(f"It cannot be read: {error}.") from error


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice JSON would keep the last without a word."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f'"{shown(name)}" stands twice in one object')
        found[name] = value
    return found


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _row(version: Version[Definition]) -> dict[str, Any]:
    asked = version.terms
    return {
        "competency": asked.key,
        "version": version.name,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "paths": len(asked.paths),
        "names": len(asked.asked),
        "sample": asked.is_sample,
        "source": version.source,
    }


def _tell(file: Path, rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        answer = {"file": _name(file), "holds": True, "versions": rows}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    print_rows(rows, as_json=False)
    click.echo(f"{_name(file)} holds.")


def _refuse(file: Path, told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        answer = {"file": _name(file), "holds": False, **told}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    where = f"{told['where']}: " if told["where"] else ""
    sentence = f"{_name(file)}: {where}{told['error'].rstrip('.')}."
    click.echo(sentences(sentence, told["way_out"], f"({told['rule']})"), err=True)
    sys.exit(_EXIT_BAD_INPUT)


def _name(file: Path) -> str:
    return shown(file.name)
