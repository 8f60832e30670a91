"""`vlms giving arrivals`: whether the mail of each code arrived."""

from __future__ import annotations

import click

from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.core.paging import Listing
from vlms.giving.queries.arrivals import ArrivalFilter, Tab, codes_of, search_arrivals


@click.command()
@click.option("--tab", type=click.Choice([tab.value for tab in Tab]), help="How far they came.")
@click.option("--search", "words", help="A part of the name or address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def arrivals(tab: str | None, words: str | None, as_json: bool) -> None:
    """The newest mails that told people of their codes, one for each code.

    A wrong address is corrected with `vlms people correct-address`; new links leave with it.
    """
    with reading(SCOPE) as session:
        narrowing = ArrivalFilter(Tab(tab) if tab else None, words)
        found = search_arrivals(session, narrowing, Listing("-written"), system_clock())
        codes = codes_of(session, found)
        rows = [
            {
                "message": str(message.id),
                "person": str(message.person_id),
                "name": message.to_name,
                "address": message.to_address,
                "code": codes[message.subject_id].last4,
                "state": message.state.value,
                "sent_at": message.sent_at.isoformat() if message.sent_at else None,
                "bounced_at": message.bounced_at.isoformat() if message.bounced_at else None,
                "bounce_note": message.bounce_note or message.last_error,
                "claimed": codes[message.subject_id].claimed_at is not None,
            }
            for message in found.rows
        ]
    print_rows(rows, as_json=as_json)
