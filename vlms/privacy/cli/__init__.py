"""Commands of privacy: `vlms privacy …`."""

from __future__ import annotations

import click

from vlms.privacy.cli.erasing import erase, erase_user
from vlms.privacy.cli.keeping import retention
from vlms.privacy.cli.telling import tell, tell_user


@click.group("privacy")
def privacy() -> None:
    """Erase people, tell what is held on them, how long records are kept."""


privacy.add_command(erase)
privacy.add_command(erase_user)
privacy.add_command(tell)
privacy.add_command(tell_user)
privacy.add_command(retention)
