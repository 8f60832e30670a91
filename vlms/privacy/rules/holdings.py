"""Every table of the installation that can hold text, and what it holds on people."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holdings
from vlms.privacy.rules.holdings_academy import ACADEMY
from vlms.privacy.rules.holdings_memberships import MEMBERSHIPS
from vlms.privacy.rules.holdings_people import PEOPLE
from vlms.privacy.rules.holdings_skills import SKILLS
from vlms.privacy.rules.holdings_trade import CATALOG, CODES, MONEY, ORDERS, PLANS

HOLDINGS: Holdings = {
    **PEOPLE,
    **CATALOG,
    **ORDERS,
    **CODES,
    **MONEY,
    **PLANS,
    **ACADEMY,
    **MEMBERSHIPS,
    **SKILLS,
}
