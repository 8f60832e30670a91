"""The gate of a delivering site (A1): what must hold there on the day of an exam."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from vlms.academy.errors import GateShut
from vlms.core.acts import Condition
from vlms.core.errors import Topic
from vlms.core.text import Text, _, ngettext


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of the technical checklist: a stable key and its sentence."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What the gate asks of a site; `ticked` are the keys of the requirements that it meets."""

    name: str
    is_closed: bool
    center_number: str | None
    valid_from: date | None
    valid_to: date | None
    ticked: Set[str]


def gate_conditions(
    site: SiteFacts, requirements: Sequence[Requirement], day: date
) -> Iterator[Condition]:
    """All that must hold on `day`, a day of the site; each with its refusal while it does not."""
    yield _condition(
        _("The site is in use."),
        site.is_closed,
        "site_closed",
        _("%(site)s was closed.", site=site.name),
        _("Choose another site, or open this one again."),
    )
    yield _condition(
        _("It has a number as a Certiport Authorized Testing Center."),
        not site.center_number,
        "no_center_number",
        _("%(site)s has no number as a Certiport Authorized Testing Center.", site=site.name),
        _("Apply to Certiport, and enter the number that they give."),
    )
    yield _valid_on(site, day)
    yield _checked(site, requirements)


def _valid_on(site: SiteFacts, day: date) -> Condition:
    sentence = _("The number is valid on %(day)s.", day=day)
    way_out = _("Enter the days from which to which Certiport says that it is valid.")
    if site.valid_from is None or site.valid_to is None:
        return _condition(
            sentence,
            True,
            "no_validity",
            _(
                "It is not entered from when to when the number of %(site)s is valid.",
                site=site.name,
            ),
            way_out,
        )
    return _condition(
        sentence,
        not site.valid_from <= day <= site.valid_to,
        "not_valid",
        _(
            "The number of %(site)s is valid from %(first)s to %(last)s, not on %(day)s.",
            site=site.name,
            first=site.valid_from,
            last=site.valid_to,
            day=day,
        ),
        _("Renew it with Certiport and enter the new days, or choose a day within them."),
    )


def _checked(site: SiteFacts, requirements: Sequence[Requirement]) -> Condition:
    missing = [one.name for one in requirements if one.key not in site.ticked]
    return _condition(
        _("Every technical requirement is ticked."),
        bool(missing),
        "requirements_missing",
        ngettext(
            "%(number)s technical requirement of %(site)s is not ticked.",
            "%(number)s technical requirements of %(site)s are not ticked.",
            len(missing),
            site=site.name,
        ),
        _("Check them at the site and tick them in its list."),
    )


def _condition(
    sentence: Text, is_shut: bool, reason: str, refusal: Text, way_out: Text
) -> Condition:
    if not is_shut:
        return Condition(sentence, "A1")
    shut = GateShut(
        "A1", refusal, reason=reason, field="site", way_out=way_out, ask=Topic.EXAM_PROVIDER
    )
    return Condition(sentence, "A1", shut)
