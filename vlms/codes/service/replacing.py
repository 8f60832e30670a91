"""Replaces a defective code: the same person gets a linked new one (C6).

A line's paid codes are counted without those that another code replaces, so that the void
one and the new one are one: nothing beyond what was paid is ever good.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from vlms.accounts.links import end_links
from vlms.accounts.models import LinkPurpose
from vlms.audit.service import journal
from vlms.catalog.models import CodeSource
from vlms.codes.custody import custody_of
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.code_text import bytes_needed, last_symbols, make_codes
from vlms.codes.rules.expiry import Expiry, ProviderDate, code_expiry
from vlms.codes.rules.lifecycle import State, Step
from vlms.codes.rules.steps import check_case_number
from vlms.codes.service.drawing import choose_stock, mark_drawn
from vlms.codes.service.issuing import line_term
from vlms.codes.service.parties import check_step
from vlms.codes.service.telling import tell_person
from vlms.codes.service.transition import take_step
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work
from vlms.orders.models import OrderLine


class _NewText(NamedTuple):
    """A code from the generator or the provider's lists, before it is sealed."""

    id: UUID
    text: str
    last4: str
    expiry: Expiry | None


def replace(work: Work, code: Code, case_number: str) -> Code:
    """Void a defective code under the provider's case number and give its person a new one.

    The new one comes from where the old one came from, ends no later, and is mailed with a
    claim link; links to the old one end. Raises NotForThisParty, StepRefused, StockShort.
    """
    check_step(work, code, Step.REPLACE)
    check_case_number(code.state, Step.REPLACE, case_number)
    case = case_number.strip()
    take_step(work, code, Step.REPLACE, case_number=case, reason=case)
    end_links(work, code.id, LinkPurpose.CLAIM_CODE)
    following = _give(work, code, _new_text(work, code))
    journal(
        work,
        "code.given_as_replacement",
        ("code", following.id, following.organisation_id),
        after={"replaces_id": code.id, "person_id": code.person_id},
        reason=case,
    )
    if following.person is not None:
        tell_person(work, following, following.person)
    return following


def _new_text(work: Work, code: Code) -> _NewText:
    if code.source is not CodeSource.PROVIDER:
        text = make_codes(random_bytes(bytes_needed(1)))[0]
        return _NewText(new_id(), text, last_symbols(text), None)
    line = work.session.get_one(OrderLine, _batch(work, code).order_line_id)
    row = choose_stock(work, line, 1)[0]
    printed = ProviderDate(row.last_day, row.zone) if row.last_day and row.zone else None
    text = custody_of(work).open(row.id, None, row.sealed_text or b"")
    return _NewText(row.id, text, row.last4, code_expiry(line_term(work, line), printed))


def _give(work: Work, code: Code, new: _NewText) -> Code:
    custody = custody_of(work)
    following = Code(
        id=new.id,
        organisation_id=code.organisation_id,
        agreement_id=code.agreement_id,
        reseller_id=code.reseller_id,
        batch_id=code.batch_id,
        product_id=code.product_id,
        person_id=code.person_id,
        cost_centre=code.cost_centre,
        number=_next_number(work, code),
        state=State.ASSIGNED,
        version=1,
        source=code.source,
        text_index=custody.index(new.text),
        sealed_text=custody.seal(new.id, code.organisation_id, new.text),
        last4=new.last4,
        usable_at=code.usable_at,
        reserved_at=work.now,
        assigned_at=work.now,
        replaces_id=code.id,
        **_ending(code, new.expiry),
    )
    work.session.add(following)
    work.flush()
    if code.source is CodeSource.PROVIDER:
        mark_drawn(work, [following.id])
    return following


def _ending(code: Code, printed: Expiry | None) -> dict[str, object]:
    """The new code ends with the old one, or earlier where the provider printed so (C5)."""
    if printed is not None and printed.expires_at < code.expires_at:
        return {
            "last_day": printed.last_day,
            "last_day_reason": printed.reason,
            "time_zone": printed.zone,
            "expires_at": printed.expires_at,
        }
    return {
        "last_day": code.last_day,
        "last_day_reason": code.last_day_reason,
        "time_zone": code.time_zone,
        "expires_at": code.expires_at,
    }


def _next_number(work: Work, code: Code) -> int:
    """The number after the batch's highest; who replaces another of its codes waits till then."""
    held = select(CodeBatch.id).where(CodeBatch.id == code.batch_id)
    work.session.scalar(held.with_for_update())
    highest = select(func.max(Code.number)).where(Code.batch_id == code.batch_id)
    return int(work.session.scalar(highest) or 0) + 1


def _batch(work: Work, code: Code) -> CodeBatch:
    return work.session.get_one(CodeBatch, code.batch_id)
