"""Memberships of partner organisations: what was written in their orders."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holding, Holdings, plain

MEMBERSHIPS: Holdings = {
    "membership": Holding(search="competency", plain="offer_key currency"),
    "membership_benefit": plain("benefit_key name_en name_zh"),
    "membership_order": Holding(
        search="purchase_order payment_reference competency",
        plain="number offer_key currency offers_version terms_version",
    ),
}
