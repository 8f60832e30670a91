"""Arguments of addresses that are no ids: one value that fits, for each name."""

from __future__ import annotations

PLAIN = {
    "case": "not_linked",
    "currency": "USD",
    "day": "2026-06-30",
    "digest": "0" * 64,
    "form": "xlsx",
    "language": "en",
    "offer_key": "action-pack",
    "promise": "acknowledgement",
    "sequence": 1,
    "step": "process",
    "token": "x" * 43,
}
