"""`vlms privacy retention`: how long each kind is kept, and what is past its time now."""

from __future__ import annotations

import click

from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.privacy.queries.keeping import count_past
from vlms.privacy.rules.keeping import KEEPINGS


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_app
def retention(as_json: bool) -> None:
    """How long each kind of record is kept (D3), and how many the worker would remove now."""
    now = system_clock()
    with reading(SCOPE) as session:
        rows = [
            {
                "kind": keeping.kind.value,
                "what": str(keeping.title),
                "days": keeping.days,
                "afterwards": str(keeping.afterwards),
                "past": count_past(session, keeping, now),
            }
            for keeping in KEEPINGS
        ]
    print_rows(rows, as_json=as_json)
