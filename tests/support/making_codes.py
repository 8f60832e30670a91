"""Makes products, agreements, delivered lines and codes in any state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count as counting
from typing import Any

from tests.support import making_agreements, making_catalog
from vlms.accounts.models import Organisation, Person
from vlms.agreements.models import Agreement, AgreementContact, ContactKind
from vlms.catalog.models import CodeSource, Product, ProductKind
from vlms.codes.custody import custody_of
from vlms.codes.models import Code, CodeBatch, StockCode
from vlms.codes.rules.code_text import bytes_needed, last_symbols
from vlms.codes.rules.code_text import make_codes as make_texts
from vlms.codes.rules.expiry import LastDayReason
from vlms.codes.rules.lifecycle import TERMINAL, State
from vlms.core.term import end_of_day, start_of_day
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work
from vlms.orders.models import ChargeType, Order, OrderLine
from vlms.orders.rules.order_clock import OrderState

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 12, 31)
_numbers = counting(1)


def make_product(
    work: Work, key: str = "mcp-voucher", kind: ProductKind = ProductKind.EXAM_VOUCHER, **facts: Any
) -> Product:
    """A product whose codes the product makes itself; one exam family, unless told otherwise."""
    families = facts.pop("families", None)
    if families is None:
        has_exams = kind is not ProductKind.E_REFERENCE
        families = [making_catalog.make_family(work, "MCP")] if has_exams else []
    own = {
        "name_en": key.replace("-", " ").capitalize(),
        "name_zh": "認證考試券",
        "points": 1,
        "code_source": CodeSource.VC1,
        "is_academic_only": False,
    }
    product = making_catalog.make_product(work, key, kind, **{**own, "units": 1, **facts})
    product.families = families
    work.flush()
    return product


def make_agreement(work: Work, organisation: Organisation, **facts: Any) -> Agreement:
    """An agreement of the whole of 2026 in Asia/Taipei."""
    own = {
        "number": f"A-{next(_numbers):06d}",
        "programme": "EES",
        "first_day": FIRST_DAY,
        "last_day": LAST_DAY,
        "country": "TW",
        "time_zone": "Asia/Taipei",
        "currency": "TWD",
    }
    return making_agreements.make_agreement(work, organisation, **{**own, **facts})


def make_contact(
    work: Work,
    agreement: Agreement,
    email: str,
    kind: ContactKind = ContactKind.NOTICES_ONLINE,
    **facts: Any,
) -> AgreementContact:
    """The person to whom the agreement's messages of this kind go."""
    facts = {"name": "Cora Contact", **facts}
    return making_agreements.make_contact(work, agreement, kind, email, **facts)


def make_line(
    work: Work, agreement: Agreement, product: Product, quantity: int, **facts: Any
) -> OrderLine:
    """The only line of an invoiced order, charged for the agreement's whole term."""
    order = Order(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        number=f"T-{next(_numbers):06d}",
        state=OrderState.INVOICED,
        version=1,
        currency=agreement.currency,
        total_minor=0,
        created_at=work.now,
        placed_at=work.now,
    )
    line = OrderLine(
        **{
            "organisation_id": agreement.organisation_id,
            "agreement_id": agreement.id,
            "reseller_id": agreement.reseller_id,
            "position": 1,
            "product_id": product.id,
            "quantity": quantity,
            "charge_type": ChargeType.NEW,
            "charge_start": agreement.first_day,
            "charge_end": agreement.last_day,
            **facts,
        }
    )
    order.lines.append(line)
    work.session.add(order)
    work.flush()
    return line


def make_codes(work: Work, line: OrderLine, count: int, **facts: Any) -> list[Code]:
    """A batch with `count` codes of a line, available unless `state` and `person` say else.

    Other facts are columns of the codes; `expires_at` moves their end, `texts` gives them.
    """
    agreement = work.session.get_one(Agreement, line.agreement_id)
    expires_at = facts.pop("expires_at", None) or end_of_day(
        agreement.last_day, agreement.time_zone
    )
    begins_at = start_of_day(agreement.first_day, agreement.time_zone)
    ends = {"expires_at": expires_at, "usable_at": begins_at}
    batch = _batch(work, line, count, expires_at)
    texts = facts.pop("texts", None) or make_texts(random_bytes(bytes_needed(count)))
    rows = [
        _code(work, batch, number, text, {**ends, **facts})
        for number, text in enumerate(texts, start=1)
    ]
    work.session.add_all(rows)
    work.flush()
    return rows


def _batch(work: Work, line: OrderLine, count: int, expires_at: datetime) -> CodeBatch:
    batch = CodeBatch(
        organisation_id=line.organisation_id,
        agreement_id=line.agreement_id,
        reseller_id=line.reseller_id,
        order_line_id=line.id,
        product_id=line.product_id,
        number=f"B-9{next(_numbers):05d}",
        source=CodeSource.VC1,
        code_count=count,
        expires_at=expires_at,
        issued_at=work.now,
    )
    work.session.add(batch)
    work.flush()
    return batch


def _code(work: Work, batch: CodeBatch, number: int, text: str, facts: dict[str, Any]) -> Code:
    person: Person | None = facts.pop("person", None)
    state = facts.get("state") or (State.RESERVED if person else State.AVAILABLE)
    custody = custody_of(work)
    code = Code(
        organisation_id=batch.organisation_id,
        agreement_id=batch.agreement_id,
        reseller_id=batch.reseller_id,
        batch_id=batch.id,
        product_id=batch.product_id,
        number=number,
        version=1,
        source=batch.source,
        text_index=custody.index(text),
        last4=last_symbols(text),
        last_day=(facts["expires_at"] - timedelta(seconds=1)).date(),
        last_day_reason=LastDayReason.AGREEMENT_END,
        time_zone="Asia/Taipei",
        person_id=person.id if person else None,
        **{"state": state, **_times(work, state), **facts},
    )
    work.session.add(code)
    work.flush()
    if state not in TERMINAL:
        code.sealed_text = custody.seal(code.id, code.organisation_id, text)
    return code


def _times(work: Work, state: State) -> dict[str, datetime]:
    """The times that a code in this state has behind it."""
    if state in (State.AVAILABLE, State.VOID):
        return {}
    times = {"reserved_at": work.now}
    return times if state is State.RESERVED else {**times, "assigned_at": work.now}


def text_of(work: Work, code: Code) -> str:
    """The normalised code, as only its holder may see it."""
    assert code.sealed_text is not None
    return custody_of(work).open(code.id, code.organisation_id, code.sealed_text)


def make_stock(
    work: Work, product: Product, texts: list[str], last_day: date | None = None, **facts: Any
) -> list[StockCode]:
    """Provider's codes in the operator's stock; a printed day is one of New York."""
    custody = custody_of(work)
    rows = []
    for text in texts:
        row = StockCode(
            id=new_id(),
            product_id=product.id,
            text_index=custody.index(text),
            last4=last_symbols(text),
            last_day=last_day,
            zone="America/New_York" if last_day else None,
            imported_at=work.now,
            **facts,
        )
        row.sealed_text = custody.seal(row.id, None, text)
        rows.append(row)
    work.session.add_all(rows)
    work.flush()
    return rows
