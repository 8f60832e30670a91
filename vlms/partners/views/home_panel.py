"""What a partner's people find on their home page: memberships, what falls, leavers' tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.partners.competencies import name_of
from vlms.partners.competency_words import STATE_WORDS as COMPETENCY_WORDS
from vlms.partners.membership_words import STATE_WORDS
from vlms.partners.queries.competencies import list_spells
from vlms.partners.queries.linked import list_tasks
from vlms.partners.queries.membership_standing import standing_of
from vlms.partners.queries.memberships import list_memberships
from vlms.partners.rules.attainment import CompetencyState
from vlms.web.panels import Panel, add_panel

_FALLING = (CompetencyState.AT_RISK, CompetencyState.GRACE, CompetencyState.LOST)


def _of_workspace(organisation_id: UUID) -> dict[str, Any] | None:
    """Nothing for who only reads, where nothing was bought."""
    may_order = g.actor.may(Permission.EDIT_MEMBERSHIPS)
    found = [
        standing_of(db.session(), one, g.now, may_order=may_order)
        for one in list_memberships(db.session(), organisation_id)
        if one.replaced_on is None
    ]
    spells = list_spells(db.session(), organisation_id)
    falling = [one for one in spells if one.ended_on is None and one.state in _FALLING]
    if not (found or falling or may_order):
        return None
    return {
        "found": found,
        "falling": falling,
        "name_of": name_of,
        "states": STATE_WORDS,
        "competency_states": COMPETENCY_WORDS,
    }


def _tasks_of(organisation_id: UUID) -> dict[str, Any] | None:
    """Leavers who wait for their link to be ended (K1)."""
    tasks = list_tasks(db.session(), organisation_id)
    today = local_day(g.now, g.workspace.time_zone)
    return {"tasks": tasks, "today": today} if tasks else None


add_panel(Panel("home", Permission.END_LINKS, "links/panel.html", _tasks_of))
add_panel(Panel("home", Permission.VIEW_MEMBERSHIPS, "memberships/panel.html", _of_workspace))
