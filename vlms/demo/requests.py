"""What people of the demo ask for, and a provider's weekly report of which not all matches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.catalog.queries import find_product
from vlms.codes.custody import custody_of
from vlms.codes.models import Code, Registration
from vlms.core.work import Work
from vlms.demo.orders import OPERATOR, Stage
from vlms.exports.sheets import sheet_of
from vlms.giving.models.requests import LimitKind
from vlms.giving.rules.request_limits import Limit
from vlms.giving.service.report_files import columns_of, read_report, remember_columns
from vlms.giving.service.report_taking import take_report
from vlms.giving.service.request_limits import set_limit
from vlms.giving.service.requests import Wish, ask

_ADMIN, _LEO = "admin@contoso.example", "leo@contoso.example"
_HEADINGS = ("Voucher code", "Candidate", "Exam", "Appointment", "Status", "Event time", "Score")
_PRODUCT = "mcp-exam-voucher"


def play_requests(stage: Stage) -> None:
    """Leo asks for a voucher and leads two who do; a report arrives from the provider."""
    with stage.act(_ADMIN, -4) as work:
        for name in ("Sam Lee", "Uma Patel"):
            person = work.session.get_one(Person, stage.cast.people[name].id)
            person.manager_id = stage.cast.people["Leo Learner"].id
        owner_id = stage.cast.organisations["contoso"].id
        set_limit(work, owner_id, LimitKind.PERSON, Limit("", stage.now.year - 1, 4))
    for email, name, exam, days in (
        (_LEO, "Leo Learner", "AZ-104", -2.0),
        ("second@contoso.example", "Sam Lee", "DP-900", -1.0),
    ):
        with stage.act(email, days) as work:
            _ask(work, stage, name, exam)
    with stage.act(OPERATOR, -0.4) as work:
        _report(work, stage)


def _ask(work: Work, stage: Stage, name: str, exam: str) -> None:
    product = find_product(work.session, _PRODUCT)
    assert product is not None
    wanted_on = (stage.now + timedelta(days=30)).date()
    wish = Wish(product.id, exam, f"I prepare for {exam} and want to sit it.", wanted_on)
    ask(work, stage.cast.people[name].id, wish)


def _report(work: Work, stage: Stage) -> None:
    """One row is known already, two match nothing, one cannot be read."""
    made = work.session.scalars(
        select(Registration).where(
            Registration.is_open,
            Registration.person_id == stage.cast.people["Leo Learner"].id,
        )
    ).first()
    assert made is not None
    code = work.session.get_one(Code, made.code_id)
    assert code.sealed_text is not None
    text = custody_of(work).open(code.id, code.organisation_id, code.sealed_text)
    booked, told = _written(made.starts_at), _written(stage.now - timedelta(days=2))
    rows = (
        (text, "Leo Learner", made.exam_number, booked, "Scheduled", told, ""),
        (text, "Leo Lerner", made.exam_number, told, "Delivered", told, "812"),
        ("7XQ9-T4KM-11ZW-88PL", "Nora Quist", "AZ-900", told, "Pass", told, "790"),
        (text, "Leo Learner", made.exam_number, booked, "On hold", told, ""),
    )
    sheet = sheet_of(list(enumerate((_HEADINGS, *rows), 1)), [])
    owner_id = stage.cast.organisations["operations"].id
    found = read_report(sheet, "Pearson VUE", "voucher-status-week.csv")
    columns = columns_of(work.session, owner_id, found, "UTC")
    remember_columns(work, owner_id, found, columns)
    take_report(work, owner_id, found, columns)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
