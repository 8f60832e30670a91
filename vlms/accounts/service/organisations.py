"""Keeps organisations, their settings and schools."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.errors import AlreadyThere
from vlms.accounts.limit_queries import find_approval_limit
from vlms.accounts.models import ApprovalLimit, Organisation, OrganisationKind, School
from vlms.accounts.queries import get_organisation, get_school
from vlms.accounts.service.limits import require_whole_organisation
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.money import Money
from vlms.core.text import _
from vlms.core.work import Work

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
ASSIGN_DELAY_MINUTES = 30


@dataclass(frozen=True)
class OrganisationFacts:
    """What the operator says of an organisation; `slug` stands in its addresses for good."""

    slug: str
    kind: OrganisationKind
    name: str
    country: str
    time_zone: str
    language: Language


@dataclass(frozen=True)
class OrganisationSettings:
    """What an organisation decides itself; the delay is C2's, 0 to 1440 minutes."""

    time_zone: str
    language: Language
    assign_delay_minutes: int
    has_roc_years: bool = False


def create_organisation(work: Work, facts: OrganisationFacts) -> Organisation:
    """Raises BadInput (the slug), AlreadyThere."""
    if not _SLUG.fullmatch(facts.slug):
        raise BadInput(
            None,
            _("This short name cannot stand in an address."),
            field="slug",
            way_out=_("Use small letters a to z, digits and hyphens, as contoso-tw."),
        )
    organisation = Organisation(
        slug=facts.slug,
        kind=facts.kind,
        name=facts.name,
        country=facts.country,
        time_zone=facts.time_zone,
        language=facts.language,
        assign_delay_minutes=ASSIGN_DELAY_MINUTES,
        created_at=work.now,
    )
    with _only_once(work):
        work.session.add(organisation)
    return organisation


def edit_organisation(work: Work, organisation_id: UUID, name: str, country: str) -> Organisation:
    """Kind and short name stay: addresses and rights hang on them."""
    organisation = get_organisation(work.session, organisation_id)
    organisation.name, organisation.country = name, country
    return organisation


def change_settings(
    work: Work, organisation_id: UUID, settings: OrganisationSettings
) -> Organisation:
    """Raises Forbidden for an actor of some agreements only."""
    require_whole_organisation(work)
    organisation = get_organisation(work.session, organisation_id)
    organisation.time_zone = settings.time_zone
    organisation.language = settings.language
    organisation.assign_delay_minutes = settings.assign_delay_minutes
    organisation.has_roc_years = settings.has_roc_years
    return organisation


def set_approval_limit(
    work: Work, organisation_id: UUID, currency: str, limit: Money | None
) -> ApprovalLimit | None:
    """O4: above `limit` before tax another admin approves; None takes the limit away."""
    require_whole_organisation(work)
    known = find_approval_limit(work.session, organisation_id, currency)
    if limit is None:
        if known is not None:
            work.session.delete(known)
        return None
    if known is None:
        known = ApprovalLimit(
            organisation_id=organisation_id, currency=currency, limit_minor=limit.minor
        )
        with _only_once(work):
            work.session.add(known)
    known.limit_minor = limit.minor
    return known


def add_school(work: Work, organisation_id: UUID, name: str) -> School:
    """Raises AlreadyThere, Forbidden."""
    require_whole_organisation(work)
    school = School(organisation_id=organisation_id, name=name)
    with _only_once(work):
        work.session.add(school)
    return school


def rename_school(work: Work, organisation_id: UUID, school_id: UUID, name: str) -> School:
    """Raises NotFound, AlreadyThere, Forbidden."""
    require_whole_organisation(work)
    school = get_school(work.session, organisation_id, school_id)
    with _only_once(work):
        school.name = name
    return school


def _only_once(work: Work) -> AbstractContextManager[None]:
    return refusing_doubles(
        work,
        uq_organisation_slug=AlreadyThere(
            None,
            _("Another organisation has this short name."),
            field="slug",
            way_out=_("Choose another."),
        ),
        uq_school_name=AlreadyThere(
            None,
            _("This organisation has a school of this name."),
            field="name",
            way_out=_("Choose another name."),
        ),
        uq_approval_limit=AlreadyThere(
            "O4", _("Somebody else has just set a limit in this currency."), field="currency"
        ),
    )
