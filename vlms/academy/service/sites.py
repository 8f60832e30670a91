"""The sites of an institution and their gate (A1)."""

from __future__ import annotations

from datetime import date

from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.models.sites import DeliverySite
from vlms.academy.queries.sites import gate_of
from vlms.core.acts import require
from vlms.core.errors import DomainError
from vlms.core.work import Work


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
