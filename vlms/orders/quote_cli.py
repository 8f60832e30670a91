"""`vlms quote`: what a line would cost and why, without a database."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TextIO

import click

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.orders.quote_answer import (
    COLUMNS,
    Answer,
    answer_typed,
    error_answer,
    full_sentence,
    readable_lines,
    summary,
)
from vlms.orders.quote_file import ENCODING, ERRORS, answers
from vlms.orders.rules.reading import shown

_EXIT_BAD_INPUT = 2
_PROGRESS_STEP = 500
_NEEDED = ("unit_price", "currency", "quantity", "ordered_on", "term_start", "term_end")


@click.command()
@click.option("--unit-price", metavar="PRICE", help="Net price of one unit for 12 months.")
@click.option("--currency", metavar="CODE", help="ISO 4217: USD, EUR, TWD, JPY ...")
@click.option("--quantity", metavar="COUNT", help="Units of the product.")
@click.option("--ordered-on", metavar="DAY", help="The order day, as 2024-10-15.")
@click.option("--term-start", metavar="DAY", help="The agreement's first day.")
@click.option("--term-end", metavar="DAY", help="The agreement's last day.")
@click.option("--twelve-months", is_flag=True, help="Ask for a 12-month line (O2).")
@click.option("--anchor-end", metavar="DAY", help="Last day of the running 12-month order (O3).")
@click.option("--cap-months", metavar="12|0", help="12, or 0 for no cap (E-Reference).  [12]")
@click.option("--file", "path", metavar="FILE", help="Quote every line of a CSV file (- is stdin).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; with --file one a line.")
def quote(path: str | None, as_json: bool, **options: Any) -> None:
    """Reckon the price of a line with its trace (O1-O3, P1-P3).

    A CSV FILE has the header
    unit_price,currency,quantity,ordered_on,term_start,term_end,twelve_months,anchor_end,cap_months
    and cells that are empty where not used.

    A refusal by a rule is an answer (exit code 0); what cannot be read ends with 2.
    """
    try:
        if path is not None:
            _refuse_mixture(options)
            with _opened(path) as stream:
                _write_all(answers(stream), as_json)
        else:
            _write_one(_typed(options), as_json)
    except BadInput as error:
        if as_json:
            click.echo(_json(error_answer(error)))
        click.echo(full_sentence(error), err=True)
        sys.exit(_EXIT_BAD_INPUT)


def _typed(options: dict[str, Any]) -> dict[str, str]:
    """The options as a line of the file would have them; BadInput names what is missing."""
    missing = [name for name in _NEEDED if options[name] is None]
    if missing:
        raise _bad(
            _("Missing: %(options)s.", options=", ".join(map(_option, missing))),
            _("Give them, or a --file."),
            field=missing[0],
        )
    typed = {name: options[name] or "" for name in COLUMNS if name != "twelve_months"}
    typed["twelve_months"] = "true" if options["twelve_months"] else ""
    if options["cap_months"] is None:
        typed["cap_months"] = "12"
    return typed


def _refuse_mixture(options: dict[str, Any]) -> None:
    """A file brings all values with it."""
    given = [name for name in COLUMNS if options[name] not in (None, False)]
    if given:
        raise _bad(
            _("--file does not go with %(options)s.", options=", ".join(map(_option, given))),
            _("Leave one of the two out."),
            field=given[0],
        )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _opened(path: str) -> AbstractContextManager[TextIO]:
    """The file's text, `-` for standard input; BadInput when it cannot be opened."""
    if path == "-":
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding=ENCODING, errors=ERRORS)
        return nullcontext(sys.stdin)
    try:
        return open(path, encoding=ENCODING, errors=ERRORS)
    except OSError as error:
        raise _bad(
            _(
                'The file "%(path)s" cannot be opened: %(why)s.',
                path=shown(path),
                why=error.strerror,
            ),
            _("Check its name and whether you may read it."),
        ) from error


def _write_one(typed: dict[str, str], as_json: bool) -> None:
    if as_json:
        click.echo(_json(answer_typed(typed)))
    else:
        click.echo("\n".join(readable_lines(typed)))


def _write_all(found: Iterable[Answer], as_json: bool) -> None:
    """Line by line as they come, the progress beside it where somebody watches."""
    is_watched = sys.stderr.isatty()
    for count, answer in enumerate(found, start=1):
        line = _json(answer) if as_json else f"{answer['line']}: {summary(answer)}"
        sys.stdout.write(line + "\n")
        if is_watched and count % _PROGRESS_STEP == 0:
            click.echo(f"\r{count}", nl=False, err=True)
    sys.stdout.flush()
    if is_watched:
        click.echo("\r", nl=False, err=True)


def _json(answer: Answer) -> str:
    """One line; signs like × stay readable where the terminal knows them."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return json.dumps(answer, ensure_ascii=not encoding.startswith("utf"))


def _bad(sentence: Text, way_out: Text, *, field: str | None = None) -> BadInput:
    return BadInput(None, sentence, field=field, way_out=way_out)
