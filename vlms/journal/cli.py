"""`vlms audit`: check and sign the journal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import select

from vlms.accounts.models import Organisation
from vlms.audit.checking import Report
from vlms.audit.heads import key_id, public_key
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, with_app
from vlms.core.db import reading
from vlms.core.work import key_ring
from vlms.journal.checks import sign_journal, verify_journal
from vlms.journal.reading_cli import READING
from vlms.journal.words import chain_name, fault_sentence
from vlms.settings import Settings


@click.group()
def audit() -> None:
    """The journal: look for entries, check that nobody has changed it, take it away."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@with_app
def verify(as_json: bool) -> None:
    """Exit 0 when every chain holds, 1 with the first bad row of each that does not."""
    report = verify_journal(key_ring().audit, _heads_file(), system_clock())
    with reading(SCOPE) as session:
        columns = session.execute(select(Organisation.id, Organisation.slug))
        names = {key: slug for key, slug in columns}
    click.echo(_as_json(report, names) if as_json else _as_text(report, names))
    sys.exit(0 if report.holds else 1)


@audit.command()
@with_app
def sign() -> None:
    """Sign how far each chain reaches, in the database and in the file of heads."""
    signed = sign_journal(key_ring().audit, _heads_file(), system_clock())
    click.echo(f"{len(signed)} heads signed with key {key_id(public_key(key_ring().audit))}")


for command in READING:
    audit.add_command(command)


def _heads_file() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.heads_file


def _as_text(report: Report, names: Mapping[UUID, str]) -> str:
    lines = [str(fault_sentence(fault, names)) for fault in report.faults]
    if report.older:
        lines.append(
            f"{report.older} heads in the file are of signings from before each ended with a line "
            f"of its own, {report.older_alone} of them stand there alone; that is no fault"
        )
    told = f"{report.entries} entries in {report.chains} chains, {report.erased} details erased"
    return "\n".join([*lines, f"{told}: {'holds' if report.holds else 'DOES NOT HOLD'}"])


def _as_json(report: Report, names: Mapping[UUID, str]) -> str:
    faults = [
        {
            "chain": str(chain_name(fault.chain_id, names)),
            "position": fault.position,
            "sequence": fault.sequence,
            "wrong": fault.wrong.value,
        }
        for fault in report.faults
    ]
    counts = {"chains": report.chains, "entries": report.entries, "erased": report.erased}
    older = {"older_heads": report.older, "older_heads_alone": report.older_alone}
    return json.dumps({"holds": report.holds, **counts, **older, "faults": faults})
