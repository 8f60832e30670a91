"""A list of the demo that is still looked at: most of it is good, some of it is not."""

from __future__ import annotations

from vlms.catalog.queries import find_product
from vlms.demo.orders import Stage
from vlms.giving.service.handout_making import Wishes, make_handout, people_pasted

_ADMIN = "admin@contoso.example"
_LIST = """Leo Learner <leo@contoso.example>
second@contoso.example
Nora Quist <nora.quist@contoso.example>
second@contoso.example
nora.contoso.example
"""


def play_handouts(stage: Stage) -> None:
    """A draft: nothing of it is given."""
    with stage.act(_ADMIN, -0.2) as work:
        product = find_product(work.session, "mcp-exam-voucher")
        assert product is not None
        owner_id = stage.cast.organisations["contoso"].id
        make_handout(work, owner_id, people_pasted(_LIST), [product.id], Wishes())
