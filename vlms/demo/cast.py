"""Who plays in the demo: organisations, users, people and agreements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from vlms.accounts.models import Organisation, OrganisationKind, Person, School, User
from vlms.accounts.service.organisations import (
    OrganisationFacts,
    add_school,
    create_organisation,
    set_approval_limit,
)
from vlms.accounts.service.people import PersonFacts, create_person
from vlms.accounts.service.roles import Invitation, create_user, invite
from vlms.authentication.passwords import hash_password
from vlms.core.language import Language
from vlms.core.money import Money
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work

PASSWORD = "demo-password"
ENGLISH, CHINESE = Language.ENGLISH, Language.TRADITIONAL_CHINESE
_TAIPEI, _PACIFIC = "Asia/Taipei", "America/Los_Angeles"

ORGANISATIONS = (
    OrganisationFacts(
        "operations", OrganisationKind.OPERATOR, "VLMS Operations", "TW", _TAIPEI, ENGLISH
    ),
    OrganisationFacts(
        "northwind", OrganisationKind.RESELLER, "Northwind Licensing", "US", _PACIFIC, ENGLISH
    ),
    OrganisationFacts(
        "contoso", OrganisationKind.CUSTOMER, "Contoso Corporation", "US", _PACIFIC, ENGLISH
    ),
    OrganisationFacts(
        "hongyuan", OrganisationKind.CUSTOMER, "宏遠科技股份有限公司", "TW", _TAIPEI, CHINESE
    ),
    OrganisationFacts(
        "demo-university", OrganisationKind.ACADEMIC, "示範科技大學", "TW", _TAIPEI, CHINESE
    ),
)

# Where people of a company work, by its language.
DEPARTMENTS = {ENGLISH: ("Sales", "Engineering"), CHINESE: ("業務部", "資訊部")}

# address, name, organisation, role
MEMBERS = (
    ("operator@demo.example", "Olive Operator", "operations", Role.OPERATOR),
    ("desk@demo.example", "Dana Desk", "operations", Role.EXAM_DESK),
    ("reseller@demo.example", "Rita Reseller", "northwind", Role.RESELLER),
    ("admin@contoso.example", "Ann Admin", "contoso", Role.LICENSING_ADMIN),
    ("second@contoso.example", "Ben Second", "contoso", Role.LICENSING_ADMIN),
    ("finance@contoso.example", "Faye Finance", "contoso", Role.FINANCE),
    ("auditor@contoso.example", "Otto Auditor", "contoso", Role.AUDITOR),
    ("partner@contoso.example", "Petra Partner", "contoso", Role.PARTNER_ADMINISTRATOR),
    ("admin@hongyuan.example", "林雅婷", "hongyuan", Role.LICENSING_ADMIN),
    ("admin@university.example", "陳志明", "demo-university", Role.LICENSING_ADMIN),
    (
        "coordinator.eng@university.example",
        "周美惠",
        "demo-university",
        Role.SCHOOL_COORDINATOR,
    ),
    (
        "coordinator.mgmt@university.example",
        "郭建志",
        "demo-university",
        Role.SCHOOL_COORDINATOR,
    ),
    ("teacher@university.example", "林志遠", "demo-university", Role.TEACHER),
)
# Whoever works for one school, by its place among SCHOOLS.
SCHOOL_OF = {
    "coordinator.eng@university.example": 0,
    "coordinator.mgmt@university.example": 1,
    "teacher@university.example": 0,
}
COORDINATORS = ("coordinator.eng@university.example", "coordinator.mgmt@university.example")
LEARNERS = (
    ("leo@contoso.example", "Leo Learner", "contoso"),
    ("wang@hongyuan.example", "王小明", "hongyuan"),
)
PEOPLE = {
    "contoso": (
        ("Leo Learner", "leo@contoso.example"),
        ("Mia Chen", "mia@contoso.example"),
        ("Noah O'Neill", "noah@contoso.example"),
        ("Zoë Müller", "zoe@contoso.example"),
        ("Ivy Park", "ivy@contoso.example"),
        ("Max Weber", "max@contoso.example"),
        ("Ella Rossi", "ella@contoso.example"),
        ("Tom Baker", "tom@contoso.example"),
        ("Uma Patel", "uma@contoso.example"),
        ("Sam Lee", None),
    ),
    "hongyuan": (
        ("王小明", "wang@hongyuan.example"),
        ("李美玲", "mei@hongyuan.example"),
        ("張家豪", "hao@hongyuan.example"),
        ("黃淑芬", "fen@hongyuan.example"),
    ),
    "demo-university": (
        ("吳建宏", "wu@university.example"),
        ("蔡佩珊", "tsai@university.example"),
        ("鄭宇翔", None),
    ),
}
SCHOOLS = ("資訊學院", "管理學院")


@dataclass
class Cast:
    """Everyone and everything by the names that the story calls them."""

    today: date
    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    schools: list[School] = field(default_factory=list)
    roles: dict[str, tuple[str, Role]] = field(default_factory=dict)

    def actor(self, email: str) -> Actor:
        """A member at work, or a learner with the own codes."""
        user = self.users[email]
        slug, role = self.roles.get(email, ("", Role.LEARNER))
        place = self.organisations.get(slug)
        return Actor(
            user.name, user.id, place.id if place else None, frozenset({role}), user.time_zone
        )

    def day(self, days: int) -> date:
        """A day so many days from the first run's."""
        return self.today + timedelta(days=days)


def gather(work: Work, cast: Cast) -> None:
    """Create the organisations with their members, people and schools."""
    for facts in ORGANISATIONS:
        cast.organisations[facts.slug] = create_organisation(work, facts)
    university = cast.organisations["demo-university"]
    cast.schools = [add_school(work, university.id, name) for name in SCHOOLS]
    for email, name, slug, role in MEMBERS:
        _join(work, cast, email, name, slug)
        place = cast.organisations[slug]
        own = {cast.schools[SCHOOL_OF[email]].id} if email in SCHOOL_OF else set()
        invite(work, place.id, Invitation(email, name, role, school_ids=frozenset(own)))
        cast.roles[email] = (slug, role)
    for email, name, slug in LEARNERS:
        _join(work, cast, email, name, slug)
    work.does("")  # inviting is over: what follows is told by its own name
    for slug, entries in PEOPLE.items():
        place = cast.organisations[slug]
        schools = cast.schools if place is university else ()
        for number, (name, address) in enumerate(entries, start=1):
            facts_ = PersonFacts(
                name,
                number=f"{1000 + number}",
                language=place.language,
                department=None if schools else DEPARTMENTS[place.language][number % 2],
                school_id=schools[number % len(schools)].id if schools else None,
            )
            person = create_person(work, place.id, facts_, address)
            cast.people[name] = person
    set_approval_limit(work, cast.organisations["contoso"].id, "USD", Money(500_000, "USD"))


def _join(work: Work, cast: Cast, email: str, name: str, slug: str) -> None:
    """A user who can sign in with the demo's password."""
    place = cast.organisations[slug]
    user = create_user(work, email, name, place.language, place.time_zone)
    user.password_hash = hash_password(PASSWORD)
    cast.users[email] = user
