"""What becomes of the demo's codes: one at least in each state of C6."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.codes.holder_queries import list_registrations
from vlms.codes.models import Code, CodeBatch, StatedResult
from vlms.codes.queries import get_code
from vlms.codes.request_models import RequestKind
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.activating import activate
from vlms.codes.service.assigning import finish_assign, start_assign
from vlms.codes.service.claiming import accept_terms, claim
from vlms.codes.service.outcomes import record_no_show, record_start
from vlms.codes.service.registering import Booking, register
from vlms.codes.service.requesting import Plea, open_request
from vlms.codes.service.reserving import reserve_this
from vlms.codes.service.stating import state_result
from vlms.codes.service.voiding import void
from vlms.core.links import sign_link
from vlms.core.work import Work
from vlms.demo.agreements import CAMPUS, MAIN, TAIWAN
from vlms.demo.orders import ADMINS, OPERATOR, Stage
from vlms.orders.models import OrderLine

DESK = "desk@demo.example"
LEO, WANG = "leo@contoso.example", "wang@hongyuan.example"
_SITE = "Test Center 5512"


def play_codes(stage: Stage, orders: dict[str, UUID]) -> None:
    """Give, claim, use, lose and keep codes."""
    _ended(stage, _codes(stage, orders["ended"], 0))
    _ending(stage, _codes(stage, orders["ending"], 0))
    _main(stage, _codes(stage, orders["main"], 0))
    _library(stage, _codes(stage, orders["main"], 1))
    _taiwan(stage, _codes(stage, orders["taiwan"], 0), _codes(stage, orders["taiwan"], 1))
    _campus(stage, _codes(stage, orders["campus"], 0))


def _codes(stage: Stage, order_id: UUID, position: int) -> Sequence[UUID]:
    """The available codes of an order's line, in their order."""
    with stage.act(OPERATOR, 0) as work:
        statement = (
            select(Code.id)
            .join(CodeBatch, CodeBatch.id == Code.batch_id)
            .join(OrderLine, OrderLine.id == CodeBatch.order_line_id)
            .where(OrderLine.order_id == order_id, OrderLine.position == position + 1)
            .where(Code.state == State.AVAILABLE)
            .order_by(Code.number)
        )
        return work.session.scalars(statement).all()


def _give(stage: Stage, code_id: UUID, name: str, days: float, admin: str) -> None:
    """Reserve, and assign after the organisation's delay."""
    with stage.act(admin, days) as work:
        reserve_this(work, code_id, stage.cast.people[name].id, confirmed=True)
        start_assign(work, code_id)
    with stage.act(OPERATOR, days + 0.1) as work:
        finish_assign(work, code_id)


def _claim(stage: Stage, code_id: UUID, learner: str, days: float) -> None:
    with stage.act(learner, days) as work:
        claim(work, _token(work, code_id))
        accept_terms(work, get_code(work.session, code_id))


def _token(work: Work, code_id: UUID) -> str:
    link_id = work.session.scalars(
        select(OneTimeLink.id).where(
            OneTimeLink.subject_id == code_id, OneTimeLink.purpose == LinkPurpose.CLAIM_CODE
        )
    ).one()
    return sign_link(work.keys.link, link_id)


def _book(stage: Stage, code_id: UUID, exam: str, days: tuple[float, float]) -> datetime:
    """The desk registers an exam: on the first day, for the second."""
    starts_at = (stage.now + timedelta(days=days[1])).replace(minute=0, second=0, microsecond=0)
    with stage.act(DESK, days[0]) as work:
        code = get_code(work.session, code_id)
        register(work, code, Booking(exam, _SITE, starts_at), f"demo-{code.number}-{exam}")
    return starts_at


def _sit(stage: Stage, code_id: UUID, exam: str, days: tuple[float, float]) -> None:
    _book(stage, code_id, exam, days)
    with stage.act(DESK, days[1] + 0.5) as work:
        record_start(work, get_code(work.session, code_id))


def _miss(stage: Stage, code_id: UUID, exam: str, days: tuple[float, float]) -> None:
    _book(stage, code_id, exam, days)
    with stage.act(DESK, days[1] + 0.5) as work:
        record_no_show(work, get_code(work.session, code_id))


def _ended(stage: Stage, codes: Sequence[UUID]) -> None:
    admin = ADMINS[MAIN]
    for code_id, name in zip(
        codes[:4], ("Mia Chen", "Ivy Park", "Max Weber", "Tom Baker"), strict=True
    ):
        _give(stage, code_id, name, -760, admin)
    for code_id, exam in zip(codes[:2], ("AZ-900", "DP-900"), strict=True):
        _sit(stage, code_id, exam, (-740, -720))
    _miss(stage, codes[2], "AZ-104", (-740, -715))


def _ending(stage: Stage, codes: Sequence[UUID]) -> None:
    _give(stage, codes[0], "Ella Rossi", -100, ADMINS[MAIN])
    _give(stage, codes[1], "Uma Patel", -90, ADMINS[MAIN])


def _main(stage: Stage, codes: Sequence[UUID]) -> None:
    admin = ADMINS[MAIN]
    given = ("Leo Learner", "Mia Chen", "Noah O'Neill", "Zoë Müller", "Leo Learner", "Sam Lee")
    for code_id, name in zip(codes[:6], given, strict=True):
        _give(stage, code_id, name, -150, admin)
    _claim(stage, codes[0], LEO, -149)
    _claim(stage, codes[4], LEO, -148)
    _sit(stage, codes[1], "AZ-104", (-120, -100))
    _miss(stage, codes[2], "AI-900", (-120, -99))
    _book(stage, codes[4], "AZ-900", (-3, 9))
    _fail(stage, codes[8])
    _ask(stage, codes[0], LEO, "The site says that it is not valid for DP-900.")
    with stage.act(admin, -20) as work:
        reserve_this(work, codes[6], stage.cast.people["Ivy Park"].id)
        void(work, codes[19], reason="Printed by mistake on a notice board.")
    with stage.act(admin, -0.005) as work:
        reserve_this(work, codes[7], stage.cast.people["Max Weber"].id)
        start_assign(work, codes[7])


def _fail(stage: Stage, code_id: UUID) -> None:
    """Leo did not pass, and notes it."""
    _give(stage, code_id, "Leo Learner", -40, ADMINS[MAIN])
    _claim(stage, code_id, LEO, -39)
    _sit(stage, code_id, "AZ-104", (-30, -5))
    with stage.act(LEO, -4) as work:
        (sat,) = list_registrations(work.session, code_id)
        state_result(work, sat, StatedResult.FAILED, sat.starts_at.date())


def _ask(stage: Stage, code_id: UUID, learner: str, note: str) -> None:
    """A holder asks for help with a code."""
    plea = Plea(RequestKind.NOT_ACCEPTED, note, learner)
    with stage.act(learner, -1) as work:
        open_request(work, get_code(work.session, code_id), plea)


def _library(stage: Stage, codes: Sequence[UUID]) -> None:
    _give(stage, codes[0], "Leo Learner", -150, ADMINS[MAIN])
    _claim(stage, codes[0], LEO, -140)
    with stage.act(LEO, -139) as work:
        activate(work, get_code(work.session, codes[0]))
    _give(stage, codes[1], "Leo Learner", -10, ADMINS[MAIN])


def _taiwan(stage: Stage, vouchers: Sequence[UUID], books: Sequence[UUID]) -> None:
    admin = ADMINS[TAIWAN]
    _give(stage, vouchers[0], "王小明", -50, admin)
    _claim(stage, vouchers[0], WANG, -49)
    _ask(stage, vouchers[0], WANG, "考試網站顯示代碼無效，請協助。")
    _give(stage, vouchers[1], "李美玲", -40, admin)
    _sit(stage, vouchers[1], "AZ-900", (-30, -20))
    _give(stage, vouchers[2], "張家豪", -40, admin)
    _give(stage, books[0], "王小明", -5, admin)
    with stage.act(admin, -4) as work:
        reserve_this(work, vouchers[3], stage.cast.people["黃淑芬"].id)


def _campus(stage: Stage, codes: Sequence[UUID]) -> None:
    for code_id, name in zip(codes[:2], ("吳建宏", "蔡佩珊"), strict=True):
        _give(stage, code_id, name, -60, ADMINS[CAMPUS])
