"""`vlms planning closings`: certificates of ended agreements: list, draw, write, sign, verify."""

from __future__ import annotations

from pathlib import Path

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import key_ring
from vlms.orders.cli.values import get_agreement_by_number
from vlms.planning.closing_papers import FORMS, make_papers, paper_of
from vlms.planning.closing_words import fault_words
from vlms.planning.models.closings import Closing
from vlms.planning.queries.closings import find_latest, list_closings
from vlms.planning.service.closing_proof import Proof, Verdict, prove_file, prove_number
from vlms.planning.service.closing_sweep import close_now
from vlms.planning.service.closings import draw_so_far, sign_closing

_agreement = click.argument("agreement")


@click.group()
def closings() -> None:
    """Certificates of what became of all that an agreement bought."""


@closings.command("list")
@click.argument("organisation")
@json_option
@with_app
def list_all(organisation: str, as_json: bool) -> None:
    """The certificates of an ORGANISATION (its short name) and their supplements."""
    with reading(SCOPE) as session:
        place = organisation_named(session, organisation)
        found = list_closings(session, place.id)
        print_rows(map(_row, found), as_json=as_json)


@closings.command()
@_agreement
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@with_app
def write(agreement: str, file: Path, language: str) -> None:
    """Write the certificate of an AGREEMENT (its number) to a FILE (.pdf or .xlsx).

    Of a signed one it is the kept paper; while the agreement runs, what became of it so far.
    """
    form = file.suffix.lower().lstrip(".")
    if form not in FORMS:
        raise BadInput(None, _("A certificate is written as .pdf or .xlsx."))
    words = Language.TRADITIONAL_CHINESE if language == "zh" else Language.ENGLISH
    now = system_clock()
    with reading(SCOPE) as session:
        found = get_agreement_by_number(session, agreement)
        closing = find_latest(session, found.id) or draw_so_far(session, found, now)
        body = paper_of(key_ring(), closing, words, form)
    with written(file) as out:
        out.write(body)
    click.echo(f"Written to {file}.")


@closings.command()
@_agreement
@with_app
def draw(agreement: str) -> None:
    """Write the certificate of an ended AGREEMENT (its number), or bring it up to date."""
    with command_work() as work:
        found = get_agreement_by_number(work.session, agreement)
        closing = close_now(work, found.id)
        line = "Nothing is new." if closing is None else f"{closing.number} is drawn."
    click.echo(line)


@closings.command()
@click.argument("number")
@click.option("--hash", "digest", required=True, help="The content hash that you looked at.")
@with_app
def sign(number: str, digest: str) -> None:
    """Sign a certificate by its NUMBER, as the operator of this machine."""
    with command_work() as work:
        closing = prove_number(work.session, work.keys, number).closing
        sign_closing(work, closing.id, digest.strip().lower(), make_papers)
    click.echo(f"{number} is signed.")


@closings.command()
@click.argument("what", metavar="FILE|NUMBER")
@with_app
def verify(what: str) -> None:
    """Whether a signed FILE, or a certificate by its NUMBER, is what was signed.

    Ends with an error where it is not.
    """
    path = Path(what)
    with reading(SCOPE) as session:
        if path.is_file():
            found = prove_file(session, key_ring(), path.read_bytes())
        else:
            found = prove_number(session, key_ring(), what)
        line = _told(found)
    click.echo(line)
    if found.proof is Proof.CHANGED:
        raise SystemExit(1)


def _told(found: Verdict) -> str:
    one = found.closing
    match found.proof:
        case Proof.SIGNED:
            at = f"{one.signed_at:%Y-%m-%d %H:%M} UTC"
            return f"{one.number} is as signed by {one.signed_name} on {at}. Hash {one.digest}."
        case Proof.UNSIGNED:
            return f"{one.number} is whole and not signed yet. Hash {one.digest}."
        case _:
            return f"{one.number} was changed: it is not what was signed."


def _row(one: Closing) -> dict[str, object]:
    return {
        "number": one.number,
        "agreement": one.agreement.number,
        "edition": one.sequence,
        "drawn_at": one.drawn_at.isoformat(),
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
        "signed_by": one.signed_name,
        "withheld": " ".join(str(fault_words(fault)) for fault in one.faults) or None,
        "hash": one.digest,
    }
