"""Commands about certifications: `vlms certifications …`."""

from __future__ import annotations

import click

from vlms.certifications.cli.board import board
from vlms.certifications.cli.importing import import_file
from vlms.certifications.cli.renewals import result, show_own, tell
from vlms.certifications.cli.taking_back import (
    take_back,
    take_back_pass,
    take_back_renewal,
    transcript,
)
from vlms.certifications.cli.transcripts import attempt, earned, list_own, list_person, passed


@click.group("certifications")
def certifications() -> None:
    """What people have passed and hold, and how it is kept renewed (R1-R4)."""


certifications.add_command(list_person)
certifications.add_command(list_own)
certifications.add_command(passed)
certifications.add_command(earned)
certifications.add_command(attempt)
certifications.add_command(show_own)
certifications.add_command(result)
certifications.add_command(tell)
certifications.add_command(board)
certifications.add_command(import_file)
certifications.add_command(transcript)
certifications.add_command(take_back_pass)
certifications.add_command(take_back)
certifications.add_command(take_back_renewal)
