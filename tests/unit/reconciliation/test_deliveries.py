"""What was delivered of a line against what was charged for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from vlms.reconciliation.rules.deliveries import Delivery, Issued, wrong_in
from vlms.reconciliation.rules.differences import DifferenceClass as Kind

END = date(2026, 6, 30)
EARLIER = date(2026, 5, 31)
LINE = Delivery(
    reference="O-2026-000001/1",
    quantity=2,
    units=30,
    is_due=True,
    last_day=END,
    issued=(Issued(60, END),),
)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"issued": (Issued(30, END), Issued(30, END))}, []),
        ({"issued": (), "is_due": False}, []),
        ({"told_count": 60}, []),
        ({"issued": (Issued(60, EARLIER, is_provider_day=True),)}, []),
        (
            {"issued": (Issued(40, END),), "is_due": False},
            [
                (
                    Kind.SHORT_DELIVERY,
                    "40 of 60 codes of O-2026-000001/1 were issued; 20 are still due.",
                )
            ],
        ),
        (
            {"issued": ()},
            [
                (
                    Kind.SHORT_DELIVERY,
                    "0 of 60 codes of O-2026-000001/1 were issued; 60 are still due.",
                )
            ],
        ),
        (
            {"issued": (Issued(60, END), Issued(30, END))},
            [
                (
                    Kind.DOUBLE_CODE,
                    "90 codes were issued for O-2026-000001/1, due are 60: 30 were issued twice.",
                )
            ],
        ),
        (
            {"told_count": 30},
            [(Kind.SHORT_DELIVERY, "They count 30 codes of O-2026-000001/1, 60 were issued.")],
        ),
        (
            {"told_count": 90},
            [(Kind.DOUBLE_CODE, "They count 90 codes of O-2026-000001/1, 60 were issued.")],
        ),
        (
            {"issued": (Issued(30, END), Issued(30, EARLIER))},
            [
                (
                    Kind.WRONG_END_DATE,
                    "30 codes of O-2026-000001/1 end on 2026-05-31, paid for was until 2026-06-30.",
                )
            ],
        ),
        (
            {"issued": (Issued(60, date(2026, 7, 1), is_provider_day=True),)},
            [
                (
                    Kind.WRONG_END_DATE,
                    "60 codes of O-2026-000001/1 end on 2026-07-01, paid for was until 2026-06-30.",
                )
            ],
        ),
    ],
)
def test_a_delivery_is_judged_by_what_was_charged_for(
    facts: dict[str, Any], said: list[tuple[Kind, str]]
) -> None:
    wrong = wrong_in(replace(LINE, **facts))
    assert [(one.kind, str(one.cause)) for one in wrong] == said
