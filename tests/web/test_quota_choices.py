"""Which quotas the page of a sitting offers (A2)."""

from __future__ import annotations

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import ADMIN_EMAIL, make_quota
from tests.support.making_sittings import make_scene
from tests.support.pages import CheckingClient
from vlms.accounts.models import School

BASE = "/o/fabrikam/sittings"


def test_a_shared_quota_is_not_offered_to_a_school_that_its_agreement_leaves_out(
    client: CheckingClient, clock: StillClock
) -> None:
    academy, _lesson = make_scene(clock, 1)
    with making(clock()) as work:
        shared = make_quota(work, academy.pack, None, 10)
        other = School(organisation_id=academy.organisation.id, name="School of Arts")
        work.session.add(other)
        work.flush()
    client.sign_in(ADMIN_EMAIL)
    offered = str(client.page(f"{BASE}/schedule/{academy.law.id}").select_one("[name=quota]"))
    assert str(shared.id) in offered
    left_out = str(client.page(f"{BASE}/schedule/{other.id}").select_one("[name=quota]"))
    assert str(shared.id) not in left_out
