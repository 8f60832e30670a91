"""The sites of an institution and their gate (A1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.academy.queries.sites import gate_of, get_site
from vlms.academy.requirements import site_requirements
from vlms.accounts.models import School
from vlms.core.acts import Condition, condition, require
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict, DomainError, Forbidden, NotFound, Topic
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Actor, Work


@dataclass(frozen=True)
class SiteFacts:
    """What is entered about a site; without a school it serves all of them."""

    name: str
    address: str = ""
    school_id: UUID | None = None
    center_number: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def require_open_gate(work: Work, site: DeliverySite, day: date) -> None:
    """A1: exams of a site pack may be delivered at the site on that day of its own.

    Grants of Imagine Academy and class packs need no gate: see `require_place`.
    Raises GateShut with what is missing first.
    """
    work.session.refresh(site)
    require(gate_of(site, day))


def require_place(work: Work, pack: Pack, site: DeliverySite, day: date) -> None:
    """A1: the gate for a site pack's exams; none for a grant's. Raises GateShut."""
    if pack.kind is PackKind.SITE_PACK:
        require_open_gate(work, site, day)


def why_shut(site: DeliverySite, day: date) -> DomainError | None:
    """What the gate would refuse with."""
    return next((c.refusal for c in gate_of(site, day) if c.refusal is not None), None)


def editing_condition(actor: Actor) -> Condition:
    """Who enters sites and their numbers."""
    return condition(_("Your role looks after sites."), None, lambda: _require_editor(actor))


def ticking_condition(actor: Actor) -> Condition:
    """Who checks the technical requirements on the spot."""
    return condition(_("Your role schedules exams."), None, lambda: _require_ticker(actor))


def add_site(work: Work, organisation_id: UUID, facts: SiteFacts) -> DeliverySite:
    """Enter a site. Raises Forbidden, BadInput, Conflict for a name that is taken, NotFound."""
    require([editing_condition(work.actor)])
    _check(work, organisation_id, facts)
    work.does("site.added")
    site = DeliverySite(organisation_id=organisation_id)
    _write(site, facts)
    with refusing_doubles(work, uq_delivery_site_name=_name_taken()):
        work.session.add(site)
    return site


def edit_site(work: Work, site_id: UUID, facts: SiteFacts) -> DeliverySite:
    """Raises Forbidden, BadInput, Conflict for a name that is taken, NotFound."""
    site = get_site(work.session, site_id)
    require([editing_condition(work.actor)])
    _check(work, site.organisation_id, facts, site.id)
    work.does("site.edited")
    with refusing_doubles(work, uq_delivery_site_name=_name_taken()):
        _write(site, facts)
        for check in site.checks:
            check.school_id = site.school_id
    return site


def tick(work: Work, site_id: UUID, keys: Collection[str]) -> DeliverySite:
    """Tick exactly these technical requirements; who ticked each and when is kept.

    What was ticked before keeps its first tick. Raises Forbidden, BadInput for an unknown one.
    """
    site = get_site(work.session, site_id)
    require([ticking_condition(work.actor)])
    known = {one.key for one in site_requirements()}
    if unknown := sorted(set(keys) - known):
        raise BadInput(
            "A1",
            _("There is no technical requirement %(key)s.", key=unknown[0]),
            reason="unknown_requirement",
            field="ticked",
            way_out=_("Choose from the list."),
        )
    work.does("site.checked")
    kept = {check.requirement_key: check for check in site.checks}
    with refusing_doubles(work, uq_site_check=_ticked_meanwhile()):
        for key in sorted(known):
            _set(work, site, kept.get(key), key, is_ticked=key in keys)
    work.session.refresh(site, ["checks"])
    return site


def close_site(work: Work, site_id: UUID) -> DeliverySite:
    """No exam is scheduled there any more; what was delivered stays. Raises Forbidden."""
    site = get_site(work.session, site_id)
    require([editing_condition(work.actor)])
    work.does("site.closed")
    site.closed_at = site.closed_at or work.now
    work.flush()
    return site


def reopen_site(work: Work, site_id: UUID) -> DeliverySite:
    """Use a closed site again; its gate is asked as before. Raises Forbidden."""
    site = get_site(work.session, site_id)
    require([editing_condition(work.actor)])
    work.does("site.reopened")
    site.closed_at = None
    work.flush()
    return site


def _set(
    work: Work, site: DeliverySite, check: SiteCheck | None, key: str, *, is_ticked: bool
) -> None:
    if check is None and is_ticked:
        check = SiteCheck(
            organisation_id=site.organisation_id,
            school_id=site.school_id,
            site_id=site.id,
            requirement_key=key,
        )
        work.session.add(check)
    if check is None or is_ticked == (check.ticked_at is not None):
        return
    check.ticked_at = work.now if is_ticked else None
    check.ticked_by = work.actor.user_id if is_ticked else None


def _write(site: DeliverySite, facts: SiteFacts) -> None:
    site.name, site.address, site.school_id = facts.name, facts.address, facts.school_id
    site.center_number = facts.center_number
    site.valid_from, site.valid_to = facts.valid_from, facts.valid_to


def _check(work: Work, organisation_id: UUID, facts: SiteFacts, own_id: UUID | None = None) -> None:
    first, last = facts.valid_from, facts.valid_to
    if first is not None and last is not None and last < first:
        raise BadInput(
            "A1",
            _(
                "The number's last day, %(last)s, is before its first, %(first)s.",
                last=last,
                first=first,
            ),
            reason="reversed",
            field="valid_to",
            way_out=_("Enter the days that Certiport gave."),
        )
    if facts.school_id is not None:
        school = work.session.get(School, facts.school_id)
        if school is None or school.organisation_id != organisation_id:
            raise NotFound(None, _("There is no such school."))
    named = select(DeliverySite.id).where(
        DeliverySite.organisation_id == organisation_id, DeliverySite.name == facts.name
    )
    if work.session.scalar(named) not in (None, own_id):
        raise _name_taken()


def _name_taken() -> Conflict:
    return Conflict(
        None,
        _("There is a site of this name already."),
        reason="name_taken",
        field="name",
        way_out=_("Choose another name, or edit that site."),
    )


def _ticked_meanwhile() -> Conflict:
    return Conflict(
        "A1",
        _("What you saw has changed meanwhile, so nothing was done."),
        reason="ticked_meanwhile",
        way_out=_("Load the page again to see how things stand."),
    )


def _require_editor(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_PACKS):
        raise Forbidden(
            None,
            _("Your role sees sites and enters none."),
            reason=Permission.EDIT_PACKS.value,
            way_out=_("A licensing admin of the institution does it."),
            ask=Topic.ACCOUNT,
        )


def _require_ticker(actor: Actor) -> None:
    if not actor.may(Permission.SCHEDULE_EXAMS):
        raise Forbidden(
            None,
            _("Your role ticks no technical requirements."),
            reason=Permission.SCHEDULE_EXAMS.value,
            way_out=_("The coordinator of the school or a licensing admin does it."),
            ask=Topic.ACCOUNT,
        )
