"""MCSA, MCSE and MCSD: retired, never renewed, and told so wherever one looks (R1)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.pages import CheckingClient
from vlms.catalog.models import Certification, CertificationKind
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.words import CERTIFICATION_WORDS
from vlms.certifications.models import PassSource
from vlms.certifications.queries.transcripts import list_held
from vlms.certifications.service.earning import hold, record_pass
from vlms.core.errors import DomainError
from vlms.core.permissions import Role

HOLDER = "lin@contoso.example"
PARTNER = "pat@contoso.example"
PASSED = {
    "70-740": "2017-03-01",
    "70-741": "2017-06-01",
    "70-742": "2018-02-01",
    "70-744": "2019-05-20",
    "70-483": "2018-01-10",
    "70-486": "2018-04-10",
    "70-487": "2021-01-31",
}


@pytest.fixture
def earned(client: CheckingClient, clock: StillClock) -> dict[str, tuple[str, date | None]]:
    """What Lin holds by these passes: the day, and the last one."""
    with making(clock()) as work:
        load_catalogue(work)
        place = make_organisation(work, "contoso")
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, PARTNER)
        make_member(work, place, Role.LICENSING_ADMIN, "ann@contoso.example")
        user = make_member(work, place, Role.LEARNER, HOLDER)
        person = make_person(work, place, "Lin", HOLDER, user)
        for number, day in PASSED.items():
            record_pass(work, person, number, date.fromisoformat(day), PassSource.ENTRY)
        found = list_held(work.session, [person.id])
        return {one.certification_key: (str(one.earned_on), one.expires_on) for one in found}


def told(client: CheckingClient, email: str, address: str) -> str:
    client.sign_in(email)
    return " ".join(client.page(address).select_one("main").text.split())  # type: ignore[union-attr]


def test_passes_earn_them_for_good(earned: dict[str, tuple[str, date | None]]) -> None:
    assert earned == {
        "mcsa-windows-server-2016": ("2018-02-01", None),
        "mcse-core-infrastructure": ("2019-05-20", None),
        "mcsa-web-applications": ("2018-04-10", None),
        "mcsd-app-builder": ("2021-01-31", None),
    }


@pytest.mark.parametrize(
    ("email", "address"),
    [
        (HOLDER, "/my/certifications/"),
        (PARTNER, "/o/contoso/skills/?q=lin"),
        (PARTNER, "/o/contoso/certifications/?state=never_expires"),
        ("ann@contoso.example", "/o/contoso/catalog/exams?family=LEGACY"),
    ],
)
def test_each_page_has_their_names(
    client: CheckingClient, earned: dict[str, tuple[str, date | None]], email: str, address: str
) -> None:
    text = told(client, email, address)
    for name in ("MCSA: Windows Server 2016", "MCSE: Core Infrastructure", "MCSD: App Builder"):
        assert name in text


def test_their_holder_is_told_that_they_never_expire(
    client: CheckingClient, earned: dict[str, tuple[str, date | None]]
) -> None:
    text = told(client, HOLDER, "/my/certifications/")
    assert text.count("Never expires") >= len(earned)
    assert "Renew" not in text.replace("Renewal", "").replace("Renewed", "")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_none_is_earned_after_it_was_retired(client: CheckingClient, clock: StillClock) -> None:
    """The control is its last day."""
    with making(clock()) as work:
        load_catalogue(work)
        place = make_organisation(work, "contoso")
        person = make_person(work, place, "Lin", HOLDER)
        found = work.session.get_one(Certification, "mcsd-app-builder")
        with pytest.raises(DomainError):
            hold(work, person, found, date(2021, 2, 1), PassSource.ENTRY)
        assert hold(work, person, found, date(2021, 1, 31), PassSource.ENTRY).expires_on is None


def test_each_kind_has_a_word() -> None:
    assert set(CERTIFICATION_WORDS) == set(CertificationKind)
