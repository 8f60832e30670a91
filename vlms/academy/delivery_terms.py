"""The days of delivery that are dated data: how late a start is recorded, or reversed (A2)."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from vlms.academy.rules.seat_state import DeliveryTerms


def delivery_terms(day: date) -> DeliveryTerms:
    """What holds for a sitting on this day of the school."""
    in_effect = [row for row in _rows() if date.fromisoformat(row["effective_from"]) <= day]
    latest = max(in_effect or _rows(), key=lambda row: str(row["effective_from"]))
    return DeliveryTerms(int(latest["record_days"]), int(latest["reversal_days"]))


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    text = (files("vlms.academy") / "data" / "delivery_terms.json").read_text("utf-8")
    return tuple(json.loads(text))
