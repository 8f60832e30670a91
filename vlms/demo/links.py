"""People of the demo's customer who have proved an MCID and linked it."""

from __future__ import annotations

from vlms.demo.linked_people import claim, link_newcomer, prove_and_link
from vlms.demo.orders import Stage

_LEO = "leo@contoso.example"
# Whose exams make the demo's competencies stand.
_LINKED = (
    ("mia@contoso.example", "990100102"),
    ("noah@contoso.example", "990100103"),
    ("zoe@contoso.example", "990100104"),
    ("ivy@contoso.example", "990100105"),
)


def play_links(stage: Stage) -> None:
    """Four have long been linked. Leo's code came by mail; his link is pending (K2)."""
    for email, mcid in _LINKED:
        with stage.act("partner@contoso.example", -70) as work:
            link_newcomer(stage, work, email, mcid)
    with stage.act(_LEO, -2) as work:
        claim(work, _LEO, "990100101")
    with stage.act(_LEO, -1.998) as work:
        prove_and_link(stage, work)
