"""Makes a partner whose people have passed and hold what a skills report shows."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.making import make_member, make_organisation, make_person
from tests.support.making_certifications import make_certification, make_held
from tests.support.making_competencies import make_passed, make_skilled
from tests.support.making_links import make_link
from tests.support.making_locations import make_location
from vlms.accounts.models import Organisation
from vlms.catalog.models import CertificationKind
from vlms.core.permissions import Role
from vlms.core.work import Work

ADMIN, HEAD, BRANCH = "pat@contoso.example", "4100001", "4100002"
OTHER = "pat@fabrikam.example"
# The day of the tests' clock.
TODAY = date(2026, 3, 2)


def make_report(work: Work) -> Organisation:
    """Ada (linked, at the branch) with an exam and what ends in 30 days; Bo with what has
    ended and with what never does; Cy has left; Dee of another partner."""
    own = make_organisation(work, "contoso", name="=Contoso")
    user = make_member(work, own, Role.PARTNER_ADMINISTRATOR, ADMIN)
    ada = make_person(work, own, "Ada Lin", "ada@contoso.example", user)
    make_passed(work, ada, "AZ-104")
    make_link(work, ada, "990123456")
    bo = make_person(work, own, "Bo", "bo@contoso.example")
    gone = make_skilled(work, own, "Cy", "AZ-305")
    gone.left_at = work.now
    renewed = make_certification(work, "azure", CertificationKind.ASSOCIATE, "AZ-104")
    kept = make_certification(work, "basics", CertificationKind.FUNDAMENTALS, "AZ-900")
    for person, what, day in ((ada, renewed, -335), (bo, renewed, -400), (bo, kept, -10)):
        make_held(work, person, what, TODAY + timedelta(days=day))
    make_location(work, own, HEAD, head=True)
    make_location(work, own, BRANCH, ada)
    make_other(work)
    return own


def make_other(work: Work) -> None:
    other = make_organisation(work, "fabrikam")
    make_member(work, other, Role.GLOBAL_ADMINISTRATOR, OTHER)
    make_skilled(work, other, "Dee", "AZ-104")
    make_location(work, other, "4200001", head=True)
