"""What if: these people leave, or pass these exams; the address holds the choice (K4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from typing import Any
from uuid import UUID

from flask import g, render_template, request

from vlms.accounts.models import Person
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.partners.queries.competencies import get_facts, names_of
from vlms.partners.queries.what_if import list_supposed, names_asked, who_fits
from vlms.partners.views.competencies import WORDS, competencies, today
from vlms.web.access import requires
from vlms.web.panels import Panel, add_panel

__all__ = ["competencies"]
_MOST_LEAVING = 200
_MOST_PASSING = 5


@competencies.get("/what-if")
@requires(Permission.VIEW_COMPETENCIES)
def what_if() -> str:
    facts = get_facts(db.session(), g.workspace.organisation_id, today())
    people = names_of(db.session(), set(who_fits(facts)) | set(_keys("who", _MOST_PASSING)))
    leaving = {key for key in _keys("leave", _MOST_LEAVING) if key in people}
    passing = _passing(people.keys())
    asked = names_asked(facts)
    unknown = {name for names in passing.values() for name in names} - asked
    return render_template(
        "competencies/what_if.html",
        people=sorted(people.values(), key=lambda one: one.name),
        leaving=leaving,
        typed=_typed(),
        unknown=sorted(unknown),
        names=sorted(asked),
        supposed=list_supposed(facts, leaving, passing) if leaving or passing else None,
        **WORDS,
    )


def _of_leavers(found: Collection[Person]) -> dict[str, Any] | None:
    """What the leaving of these people would do; nothing where no competency hangs on them."""
    workspace = g.get("workspace")
    if workspace is None or any(one.organisation_id != workspace.organisation_id for one in found):
        return None
    facts = get_facts(db.session(), workspace.organisation_id, today())
    changed = [
        one
        for one in list_supposed(facts, {person.id for person in found}, {})
        if one.has_changed and one.now.level
    ]
    return {"changed": changed, **WORDS} if changed else None


add_panel(Panel("leavers", Permission.VIEW_COMPETENCIES, "competencies/leavers.html", _of_leavers))


def _keys(name: str, most: int) -> list[UUID]:
    found = []
    for typed in request.args.getlist(name)[:most]:
        try:
            found.append(UUID(typed))
        except ValueError:
            continue
    return found


def _typed() -> list[tuple[str, str]]:
    """The rows of the form: who, and what they pass."""
    who, passed = (request.args.getlist(name)[:_MOST_PASSING] for name in ("who", "passed"))
    rows = [(one, names[:200]) for one, names in zip(who, passed, strict=False)]
    return rows + [("", "")] * (2 if not rows else 0)


def _passing(people: Set[UUID]) -> Mapping[UUID, Set[str]]:
    found: dict[UUID, set[str]] = {}
    for who, typed in _typed():
        names = {word.strip().upper() for word in typed.split(",") if word.strip()}
        key = next((one for one in people if str(one) == who), None)
        if key is not None and names:
            found.setdefault(key, set()).update(names)
    return found
