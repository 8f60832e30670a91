"""Sites are entered and checked; the gate says what is missing (A1)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    Academy,
    make_academy,
    make_pack,
    make_site,
)
from tests.support.making_catalog import make_product
from tests.support.racing import race, winners
from vlms.academy.errors import GateShut
from vlms.academy.queries.sites import gate_of, get_site, is_gate_open, list_sites
from vlms.academy.requirements import site_requirements
from vlms.academy.service.sites import (
    SiteFacts,
    add_site,
    close_site,
    edit_site,
    reopen_site,
    require_open_gate,
    require_place,
    tick,
    why_shut,
)
from vlms.catalog.models import ProductKind
from vlms.core.errors import BadInput, Conflict, Forbidden, NotFound

KEYS = [one.key for one in site_requirements()]
DAY = date(2026, 3, 2)
FULL = SiteFacts("Library", "1 University Road", None, "90055555", DAY, DAY + timedelta(days=364))


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def added(academy: Academy, clock: StillClock, facts: SiteFacts = FULL) -> UUID:
    with academy.administering(clock()) as work:
        return add_site(work, academy.organisation.id, facts).id


def test_a_new_sites_gate_opens_once_number_days_and_every_tick_are_there(
    academy: Academy, clock: StillClock
) -> None:
    site_id = added(academy, clock, SiteFacts("Library"))
    missing = []
    with academy.administering(clock()) as work:
        for facts in (SiteFacts("Library"), SiteFacts("Library", center_number="9"), FULL):
            site = edit_site(work, site_id, facts)
            refusal = why_shut(site, DAY)
            missing.append(refusal.reason if refusal else None)
        tick(work, site_id, KEYS[:-1])
        assert not is_gate_open(get_site(work.session, site_id), DAY)
        site = tick(work, site_id, KEYS)
        assert is_gate_open(site, DAY)
    assert missing == ["no_center_number", "no_validity", "requirements_missing"]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_the_number_counts_on_its_first_and_on_its_last_day(
    academy: Academy, clock: StillClock, day: date, is_open: bool
) -> None:
    with making(clock()) as work:
        assert is_gate_open(get_site(work.session, academy.site.id), day) is is_open


def test_all_conditions_are_told_with_their_rule(academy: Academy, clock: StillClock) -> None:
    with making(clock()) as work:
        site = make_site(work, academy.organisation, "Empty", center_number=None, ticked=[])
        found = gate_of(get_site(work.session, site.id), DAY)
    assert [one.is_met for one in found] == [True, False, True, False]
    assert {one.rule for one in found} == {"A1"}
    assert str(len(KEYS)) in str(found[3].refusal)


def test_a_shut_gate_refuses_a_site_packs_exams_and_not_those_of_a_grant(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        site = make_site(work, academy.organisation, "Empty", ticked=[])
        product = make_product(work, "imagine", ProductKind.IMAGINE_ACADEMY, units=30)
        grant = make_pack(work, academy.agreement, product, 30)
        require_place(work, grant, site, DAY)
        with pytest.raises(GateShut) as caught:
            require_place(work, academy.pack, site, DAY)
    assert caught.value.rule == "A1"


def test_who_ticked_and_when_stays_with_the_first_tick(academy: Academy, clock: StillClock) -> None:
    site_id = added(academy, clock)
    with academy.coordinating(clock()) as work:
        tick(work, site_id, KEYS[:2])
    first = clock()
    clock.move(days=1)
    with academy.administering(clock()) as work:
        tick(work, site_id, [KEYS[0], KEYS[2]])
    with making(clock()) as work:
        checks = {c.requirement_key: c for c in get_site(work.session, site_id).checks}
    assert (checks[KEYS[0]].ticked_by, checks[KEYS[0]].ticked_at) == (
        academy.coordinator.id,
        first,
    )
    assert checks[KEYS[1]].ticked_at is None
    assert checks[KEYS[1]].ticked_by is None
    assert (checks[KEYS[2]].ticked_by, checks[KEYS[2]].ticked_at) == (academy.admin.id, clock())


def test_a_closed_site_takes_no_exam_until_it_is_opened_again(
    academy: Academy, clock: StillClock
) -> None:
    with academy.administering(clock()) as work:
        close_site(work, academy.site.id)
        with pytest.raises(GateShut, match="was closed"):
            require_open_gate(work, get_site(work.session, academy.site.id), DAY)
        reopen_site(work, academy.site.id)
        require_open_gate(work, get_site(work.session, academy.site.id), DAY)


def test_a_name_is_given_once_and_days_do_not_run_backwards(
    academy: Academy, clock: StillClock
) -> None:
    with pytest.raises(Conflict), academy.administering(clock()) as work:
        add_site(work, academy.organisation.id, SiteFacts("Main hall"))
    with pytest.raises(BadInput), academy.administering(clock()) as work:
        edit_site(
            work, academy.site.id, SiteFacts("Hall", valid_from=DAY, valid_to=date(2026, 1, 1))
        )
    with academy.administering(clock()) as work:
        edit_site(work, academy.site.id, SiteFacts("Main hall", "moved"))


def test_coordinators_tick_and_enter_nothing_and_see_no_site_of_another_school(
    academy: Academy, clock: StillClock
) -> None:
    theirs = added(academy, clock, SiteFacts("Their room", school_id=academy.management.id))
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        add_site(work, academy.organisation.id, SiteFacts("Another"))
    with pytest.raises(Forbidden), academy.coordinating(clock()) as work:
        close_site(work, academy.site.id)
    with pytest.raises(NotFound), academy.coordinating(clock()) as work:
        tick(work, theirs, KEYS)
    with academy.coordinating(clock()) as work:
        names = [site.name for site in list_sites(work.session, academy.organisation.id)]
    assert names == ["Main hall"]


def test_a_requirement_that_is_not_in_the_list_is_refused(
    academy: Academy, clock: StillClock
) -> None:
    with pytest.raises(BadInput, match="A1"), academy.administering(clock()) as work:
        tick(work, academy.site.id, ["coffee"])


def test_of_many_who_enter_a_name_or_tick_at_once_one_does(
    app: Flask, academy: Academy, clock: StillClock
) -> None:
    names = race(app, [lambda: added(academy, clock)] * 6)
    assert len(winners(names)) == 1
    (site_id,) = winners(names)

    def ticking() -> int:
        with academy.administering(clock()) as work:
            return len(tick(work, UUID(str(site_id)), KEYS).checks)

    assert set(winners(race(app, [ticking] * 6))) == {len(KEYS)}
