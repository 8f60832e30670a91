"""What a plan comes to, for its page and for the panel beside its form."""

from __future__ import annotations

from typing import Any

from flask import g

from vlms.agreements.models import Agreement
from vlms.catalog.queries import list_certifications, list_products
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.term import whole_months
from vlms.planning.service.goals import PlanFacts, goals_of
from vlms.planning.service.reckoning import reckon
from vlms.web.locales import name_of


def reckoned(agreement: Agreement, facts: PlanFacts, window_days: int) -> dict[str, Any]:
    """The template's values: the reckoning, or the rule that refuses the plan."""
    session, today = db.session(), local_day(g.now, agreement.time_zone)
    products = list_products(session)
    values: dict[str, Any] = {
        "agreement": agreement,
        "months_left": whole_months(today, agreement.last_day),
        "product_names": {one.key: name_of(one) for one in products},
        "family_names": {each.key: name_of(each) for one in products for each in one.families},
    }
    try:
        goals = goals_of(session, agreement.organisation_id, facts, today)
        found = reckon(session, agreement, (goals, facts.begins_on), g.now, window_days)
    except DomainError as refusal:
        return {**values, "reckoning": None, "refusal": refusal, "people": []}
    people = [goal.people for goal in goals]
    return {**values, "reckoning": found, "refusal": None, "people": people}


def names_of_certifications() -> dict[str, str]:
    """Each certification's name in the reader's language, by its key."""
    return {one.key: name_of(one) for one in list_certifications(db.session())}
