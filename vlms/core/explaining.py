"""What `vlms explain` prints: facts by name, a refusal by a rule as an answer too."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

import click

from vlms.core.errors import BadInput, DomainError
from vlms.core.text import sentences

Fact = str | None | Sequence["Fact"] | Mapping[str, "Fact"]
_EXIT_BAD_INPUT = 2


def instant(at: datetime | None) -> str | None:
    """An instant in UTC, as 2026-01-06T10:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def explain(found: Callable[[], Mapping[str, Fact]], names: Sequence[str], as_json: bool) -> None:
    """Print what is found, or the refusal with these names empty; BadInput ends with 2."""
    try:
        answer = {"refused": None, **found()}
    except BadInput as error:
        if as_json:
            click.echo(json.dumps({"error": str(error), "field": error.field}, ensure_ascii=False))
        click.echo(str(error), err=True)
        sys.exit(_EXIT_BAD_INPUT)
    except DomainError as refusal:
        answer = {**dict.fromkeys(names), **_refused(refusal)}
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, fact in answer.items():
        if fact not in (None, []):
            click.echo(f"{name.replace('_', ' ')}: {_shown(fact)}")


def _refused(refusal: DomainError) -> dict[str, Fact]:
    told = {name: _plain(value) for name, value in refusal.facts.items()}
    return {
        "refused": sentences(refusal.sentence, refusal.way_out or ""),
        "rule": refusal.rule,
        "reason": refusal.reason,
        **told,
    }


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value) or ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(fact: Fact) -> str:
    if isinstance(fact, Mapping):
        return "; ".join(f"{name.replace('_', ' ')} {_shown(one)}" for name, one in fact.items())
    if fact is None or isinstance(fact, str):
        return fact or "-"
    return ", ".join(map(_shown, fact))
