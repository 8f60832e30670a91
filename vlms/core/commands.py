"""What commands of the command line share: the application, a unit of work, lists."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import click

from vlms.core.clock import system_clock
from vlms.core.dry_run import DryRun
from vlms.core.errors import BadInput
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.text import Text, _
from vlms.core.work import Actor, Work, working

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

OPERATOR = Actor("command line", roles=frozenset(Role))
SCOPE = System("command line")


class Read(click.ParamType[Any]):
    """An argument read as a form's field is; raises its BadInput."""

    name = "text"

    def __init__(self, reader: Callable[[str, Text], object], label: Text) -> None:
        self.reader, self.label = reader, label

    def convert(self, value: str, _param: object, _context: object) -> object:
        return self.reader(value, self.label)


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that stands there once all of it is written; what was there stays until then.

    Raises BadInput for a place where none can be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        # It may hold codes: nobody else on this machine reads it.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise BadInput(
            None,
            _(
                'The file "%(path)s" cannot be written: %(why)s.',
                path=path.name,
                why=error.strerror or "",
            ),
            way_out=_("Check the folder, and whether you may write there."),
        ) from error
    finally:
        part.unlink(missing_ok=True)


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application's context; BadInput for words that are no text."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        _refuse_foreign_bytes(kwargs.values())
        make_app = click.get_current_context().find_root().obj
        with make_app().app_context():
            return command(*args, **kwargs)

    return run


def _refuse_foreign_bytes(values: Iterable[object]) -> None:
    """Bytes of another encoding arrive as lone surrogates, which no database takes."""
    for value in values:
        words = value if isinstance(value, tuple) else (value,)
        if any(isinstance(word, str) and not _is_text(word) for word in words):
            raise BadInput(
                None,
                _("What was typed is not text in the terminal's encoding."),
                way_out=_("Type it in UTF-8."),
            )


def _is_text(word: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in word)


@contextmanager
def command_work() -> Iterator[Work]:
    """A unit of work of the command line, which may do what every role may."""
    with working(OPERATOR, SCOPE, system_clock()) as work:
        yield work


def print_rows(rows: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    """A list for people as a table, for programs as one JSON array."""
    found = list(rows)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str, indent=2))
        return
    if not found:
        click.echo("Nothing found.")
        return
    _print_table(found)


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    names = list(rows[0])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    for line in (names, *cells):
        pairs = zip(line, widths, strict=True)
        click.echo("  ".join(text.ljust(width) for text, width in pairs).rstrip())


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; silent elsewhere. Call it with how many more are done."""
    with click.progressbar(
        length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update


def watched(label: str, rows: Sequence[T]) -> Iterator[T]:
    """The rows, one by one, with a progress bar on a terminal while they are taken."""
    with progress(label, len(rows)) as advance:
        for row in rows:
            yield row
            advance(1)


def examined_rows(run: DryRun[Any], labels: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What each row of an import would do, in plain values by the names of its columns."""
    names = list(labels)
    for line in run.lines:
        yield {
            "row": line.number,
            "change": line.change.value,
            **dict(zip(names, line.shown, strict=True)),
            "problems": " ".join(map(str, line.faults)),
        }
