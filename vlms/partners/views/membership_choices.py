"""The competencies that a package may be bought on, as forms and pages show them (K3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import g

from vlms.core.db import db
from vlms.core.text import _, bracketed
from vlms.partners.competency_words import LEVEL_WORDS, STATE_WORDS
from vlms.partners.queries.buying import Candidate, list_candidates
from vlms.partners.rules.membership_offers import Offer

_NONE_QUALIFIES = _(
    "No competency qualifies at this level yet; below stands what each of them lacks."
)


def candidates_for(offer: Offer | None, today: date) -> Sequence[Candidate]:
    """None for an offer without a level; nothing is bought on a competency there."""
    if offer is None or offer.level is None:
        return ()
    return list_candidates(db.session(), g.workspace.organisation_id, today)


def choices_of(candidates: Sequence[Candidate], own: str | None = None) -> list[tuple[str, str]]:
    """Each with the level that can be bought on it, the best first; of equals the own one."""
    ordered = sorted(candidates, key=lambda one: (-(one.level or 0), not _is(one, own)))
    return [(one.key, f"{one.name}{bracketed(LEVEL_WORDS[one.level])}") for one in ordered]


def shown_of(candidates: Sequence[Candidate], offer: Offer | None) -> dict[str, Any]:
    """What the page of an order tells of them, and why it cannot be placed where none qualifies."""
    level = offer.level if offer else None
    is_blocked = level is not None and not any(one.qualifies(level) for one in candidates)
    return {
        "candidates": candidates,
        "levels": LEVEL_WORDS,
        "competency_states": STATE_WORDS,
        "blocked": _NONE_QUALIFIES if is_blocked else None,
    }


def _is(one: Candidate, name: str | None) -> bool:
    return name is not None and one.standing.definition.is_called(name)
