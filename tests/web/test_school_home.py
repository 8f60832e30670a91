"""Home pages in an institution: the licensing admin's, a coordinator's, a teacher's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_academy import (
    ADMIN_EMAIL,
    COORDINATOR_EMAIL,
    OTHER_COORDINATOR_EMAIL,
    Academy,
    make_academy,
    make_quota,
    make_school_member,
    make_site,
)
from tests.support.making_reports import (
    FAILED,
    NO_SHOW,
    PASSED,
    RESERVED,
    STARTED,
    make_students,
)
from tests.support.making_reports import make_sitting as examine
from tests.support.making_schools import make_class, make_member_of_class, make_sitting
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from tests.web.test_charts import chart, figures
from tests.web.test_home_figures import length_of_list
from vlms.academy.models.packs import PackQuota, QuotaRequest, QuotaRequestState
from vlms.academy.models.roster import ClassRole
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update

HOME = "/o/fabrikam/"
TEACHER_EMAIL = "tom@fabrikam.example"


@pytest.fixture
def made(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def use(clock: StillClock, made: Academy) -> None:
    """Law has 100 of the pack, 10 reserved and 5 used; management 40."""
    with making(clock()) as work:
        law = make_quota(work, made.pack, made.law, 100)
        make_quota(work, made.pack, made.management, 40)
        drawn = {"reserved_count": 10, "used_count": 5}
        guarded_update(work.session, PackQuota, PackQuota.id == law.id, **drawn)
        make_sitting(work, made, law, "S-000001", clock() + timedelta(days=2))
        other = {"school_id": made.management.id}
        make_sitting(work, made, law, "S-000002", clock() + timedelta(days=3), **other)
        make_site(work, made.organisation, "Annex", school_id=made.law.id, ticked=[])
        make_site(work, made.organisation, "Attic", school_id=made.management.id, ticked=[])
        work.session.add(
            QuotaRequest(
                organisation_id=made.organisation.id,
                agreement_id=made.agreement.id,
                pack_id=made.pack.id,
                school_id=made.law.id,
                state=QuotaRequestState.OPEN,
                asked_count=7,
                reason="More classes",
                asked_by=made.coordinator.id,
                asked_at=clock(),
            )
        )


def row_of_pack(client: CheckingClient) -> list[str]:
    cells = client.page(HOME).select("section[aria-labelledby=packs] tbody td.number")
    return [cell.text for cell in cells]


def test_a_coordinator_sees_the_quota_of_the_own_school(
    app: Flask, clock: StillClock, made: Academy
) -> None:
    use(clock, made)
    cleo = signed_in(app, COORDINATOR_EMAIL)
    assert row_of_pack(cleo) == ["100", "85", "10", "5"]
    text = cleo.page(HOME).text
    assert ("S-000001" in text, "Annex" in text, "School of Law asks for 7" in text) == (True,) * 3
    assert ("S-000002" in text, "Attic" in text) == (False, False)
    assert row_of_pack(signed_in(app, OTHER_COORDINATOR_EMAIL)) == ["40", "40", "0", "0"]


def test_the_licensing_admin_sees_all_schools_and_is_asked(
    app: Flask, clock: StillClock, made: Academy
) -> None:
    use(clock, made)
    admin = signed_in(app, ADMIN_EMAIL)
    assert row_of_pack(admin) == ["140", "125", "10", "5"]
    page = admin.page(HOME)
    assert ("S-000001" in page.text, "S-000002" in page.text) == (True, True)
    assert "1 school asks for more of a pack." in page.text
    assert "The gates of 2 sites are shut" in page.text


@pytest.mark.parametrize("email", [ADMIN_EMAIL, COORDINATOR_EMAIL])
def test_every_number_is_the_length_of_the_list_it_opens(
    app: Flask, clock: StillClock, made: Academy, email: str
) -> None:
    use(clock, made)
    client = signed_in(app, email)
    links = client.page(HOME).select("a[data-count]")
    assert len(links) > 3
    for link in links:
        if not str(link.get("data-task")).startswith("admins-"):
            address, told = str(link["href"]), int(str(link["data-count"]))
            assert length_of_list(client, address) == told, address


def test_what_lapses_within_a_month_is_told(app: Flask, clock: StillClock, made: Academy) -> None:
    use(clock, made)
    with making(clock()) as work:
        end = work.session.merge(made.pack).expires_at
    clock.set(end - timedelta(days=20))
    text = signed_in(app, COORDINATOR_EMAIL).page(HOME).text
    assert "85, 85, 85" in text
    assert "1 pack ends within 30 days and has exams left" in text


def test_a_new_coordinator_is_told_what_to_do_first(
    app: Flask, clock: StillClock, made: Academy
) -> None:
    steps = signed_in(app, COORDINATOR_EMAIL).page(HOME).select("ol.first-steps li")
    assert len(steps) == 4
    with making(clock()) as work:
        quota = make_quota(work, made.pack, made.law, 10)
        make_sitting(work, made, quota, "S-000001", clock())
    assert not signed_in(app, COORDINATOR_EMAIL).page(HOME).select("ol.first-steps li")


@pytest.mark.parametrize("has_claimed", [True, False])
def test_a_teacher_sees_the_sittings_of_the_own_classes(
    app: Flask, clock: StillClock, made: Academy, has_claimed: bool
) -> None:
    """Whether bound to the entry of the roster, or known there by the address alone."""
    with making(clock()) as work:
        user = make_school_member(work, made.law, Role.TEACHER, TEACHER_EMAIL)
        bound = user if has_claimed else None
        tom = make_person(work, made.organisation, "Tom Teacher", TEACHER_EMAIL, bound)
        tom.school_id = made.law.id
        own, other = (make_class(work, made.law, name) for name in ("Own", "Other"))
        make_member_of_class(work, own, tom, ClassRole.TEACHER)
        quota = make_quota(work, made.pack, made.law, 10)
        make_sitting(work, made, quota, "S-000001", clock(), class_id=own.id)
        later = clock() + timedelta(days=3)
        make_sitting(work, made, quota, "S-000002", later, class_id=own.id)
        make_sitting(work, made, quota, "S-000003", clock(), class_id=other.id)
        make_sitting(work, made, quota, "S-000004", later, proctor_id=tom.id)
    page = signed_in(app, TEACHER_EMAIL).page(HOME)
    today = page.select_one("section[aria-labelledby=today]")
    coming = page.select_one("section[aria-labelledby=sittings]")
    assert today is not None
    assert coming is not None
    assert ("S-000001" in today.text, "S-000002" in coming.text) == (True, True)
    assert "S-000004" in coming.text
    assert "S-000003" not in page.text
    assert not page.select("section[aria-labelledby=packs]")


def test_the_chart_of_schools_says_what_the_report_says(
    app: Flask, clock: StillClock, made: Academy
) -> None:
    with making(clock()) as work:
        quota = make_quota(work, made.pack, made.law, 20)
        pupils = make_students(work, made.law, 4)
        some = [(pupils[0], PASSED), (pupils[1], FAILED), (pupils[2], NO_SHOW)]
        examine(work, made, quota, [*some, (pupils[3], RESERVED)], starts_at=clock())
        there = make_students(work, made.management, 1)
        outcome = [(there[0], STARTED)]
        examine(work, made, quota, outcome, starts_at=clock(), school=made.management)
    admin = signed_in(app, ADMIN_EMAIL)
    drawn = figures(chart(admin.page(f"{HOME}figures"), "school-exams"))
    assert drawn == {
        "School of Law": {"Reserved": "1", "Exams delivered": "2", "No-show": "1"},
        "School of Management": {"Reserved": "0", "Exams delivered": "1", "No-show": "0"},
    }
    report = admin.page(f"{HOME}reports/?by=school")
    for school, counts in drawn.items():
        row = next(row for row in report.select("tbody tr") if school in row.text)
        cells = {str(cell.get("data-label")): cell.text.strip() for cell in row.select("td")}
        assert {name: cells[name] for name in ("Reserved", "Exams delivered")} == {
            name: counts[name] for name in ("Reserved", "Exams delivered")
        }
    own = figures(chart(signed_in(app, COORDINATOR_EMAIL).page(f"{HOME}figures"), "school-exams"))
    assert list(own) == ["School of Law"]
