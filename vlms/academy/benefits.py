"""The benefits that a grant brings beside its vouchers (A3), as a file lists them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from vlms.core.errors import NotFound
from vlms.core.text import Name, _


class BenefitKind(StrEnum):
    """Content is opened for a person at once; a discount is asked of its programme."""

    CONTENT = "content"
    DISCOUNT = "discount"


@dataclass(frozen=True)
class Benefit:
    key: str
    kind: BenefitKind
    name: Name
    text: Name

    @property
    def is_discount(self) -> bool:
        return self.kind is BenefitKind.DISCOUNT


@cache
def benefits() -> tuple[Benefit, ...]:
    """In the order of the page."""
    place = files("vlms.academy") / "data" / "benefits.json"
    rows = json.loads(place.read_text("utf-8"))["benefits"]
    return tuple(
        Benefit(
            row["key"],
            BenefitKind(row["kind"]),
            Name(row["name_en"], chinese=row["name_zh"]),
            Name(row["text_en"], chinese=row["text_zh"]),
        )
        for row in rows
    )


def find_benefit(key: str) -> Benefit | None:
    return next((one for one in benefits() if one.key == key), None)


def get_benefit(key: str) -> Benefit:
    """Raises NotFound."""
    found = find_benefit(key)
    if found is None:
        raise NotFound(None, _("There is no such benefit."))
    return found
