"""What a matching found, in the form in which it is kept as differences."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from vlms.core.packed_text import pack_text
from vlms.core.text import Text
from vlms.reconciliation.queries.matching import Names
from vlms.reconciliation.rules.classes import Found
from vlms.reconciliation.rules.deliveries import Delivery, WrongDelivery
from vlms.reconciliation.rules.differences import DifferenceClass, DifferenceSide
from vlms.reconciliation.rules.invoices import Asked
from vlms.reconciliation.rules.sides import OurCharge, TheirRow, quantity_of

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference before it is written; `identity` is the same when it is found again."""

    identity: str
    side: DifferenceSide
    kind: DifferenceClass
    cause: Text
    names: Names | None
    currency: str | None
    amount: int | None
    ours: Values | None
    theirs: Values | None
    file_line_id: UUID | None = None
    matched_by: str | None = None

    @property
    def content_digest(self) -> str:
        """Of the figures; rows and files may change their places."""
        theirs = {k: v for k, v in (self.theirs or {}).items() if k != "rows"}
        return _digest([self.amount, self.currency, self.ours, theirs])

    def as_row(self) -> dict[str, Any]:
        """The columns of a difference that a matching sets."""
        names = self.names
        return {
            "content_digest": self.content_digest,
            "side": self.side,
            "kind": self.kind,
            "organisation_id": names and names.organisation_id,
            "agreement_id": names and names.agreement_id,
            "order_id": names and names.order_id,
            "order_line_id": names and names.line_id,
            "file_line_id": self.file_line_id,
            "ours": self.ours,
            "theirs": self.theirs,
            "currency": self.currency,
            "amount_minor": self.amount,
            "cause": pack_text(self.cause),
            "matched_by": self.matched_by,
        }


def of_file(
    side: DifferenceSide, found: Iterable[Found], names: Mapping[str, Names]
) -> Iterator[Finding]:
    """What the rows of files and our charges do not agree on."""
    for one in found:
        references = sorted({charge.reference for charge in one.ours})
        rows = sorted(row.identity for row in one.theirs) if not references else []
        yield Finding(
            identity=_digest([side, one.kind, references, rows]),
            side=side,
            kind=one.kind,
            cause=one.cause,
            names=names.get(references[0]) if references else None,
            currency=one.currency,
            amount=one.amount,
            ours=_ours(one.ours),
            theirs=_theirs(one.theirs, one.repeats),
            file_line_id=UUID(one.theirs[0].key) if one.theirs else None,
            matched_by=one.rule.value if one.rule else None,
        )


def of_invoices(
    line: Asked, names: Names, wrong: tuple[DifferenceClass, int | None, Text]
) -> Finding:
    kind, amount, cause = wrong
    return Finding(
        identity=_digest([DifferenceSide.INVOICES, kind, line.reference]),
        side=DifferenceSide.INVOICES,
        kind=kind,
        cause=cause,
        names=names,
        currency=line.currency,
        amount=amount,
        ours={
            "reference": line.reference,
            "quantity": line.quantity,
            "net": line.net,
            "currency": line.currency,
        },
        theirs={
            "quantity": line.asked_quantity,
            "net": line.asked_net,
            "currency": line.asked_currency,
        },
    )


def of_delivery(delivery: Delivery, names: Names, wrong: WrongDelivery) -> Finding:
    field = "end" if wrong.kind is DifferenceClass.WRONG_END_DATE else "codes"
    return Finding(
        identity=_digest([DifferenceSide.CODES, wrong.kind, delivery.reference, wrong.found])
        if field == "end"
        else _digest([DifferenceSide.CODES, wrong.kind, delivery.reference]),
        side=DifferenceSide.CODES,
        kind=wrong.kind,
        cause=wrong.cause,
        names=names,
        currency=None,
        amount=None,
        ours={"reference": delivery.reference, field: wrong.expected},
        theirs={field: wrong.found},
    )


def numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of the same identity told apart, by their figures and not by their order."""
    seen: Counter[str] = Counter()
    for one in sorted(findings, key=lambda each: (each.identity, each.content_digest)):
        seen[one.identity] += 1
        yield replace(one, identity=_digest([one.identity, seen[one.identity]]))


def _ours(charges: Sequence[OurCharge]) -> Values | None:
    if not charges:
        return None
    first = charges[0]
    return _told(
        reference=", ".join(sorted({one.reference for one in charges})),
        product=first.product,
        quantity=sum(one.quantity for one in charges),
        unit_price=str(charges[-1].unit_price),
        months=first.months,
        net=sum(one.net for one in charges),
        tax=first.tax if len(charges) == 1 else None,
        currency=first.currency,
        start=min(one.start for one in charges).isoformat(),
        end=max(one.end for one in charges).isoformat(),
    )


def _theirs(rows: Sequence[TheirRow], repeats: TheirRow | None) -> Values | None:
    if not rows:
        return None
    first = rows[0]
    taxes = [row.tax for row in rows if row.tax is not None]
    return _told(
        rows=sorted(row.row for row in (*rows, *filter(None, [repeats]))),
        reference=first.reference,
        order_number=first.order_number and first.order_number.upper(),
        product=first.product,
        quantity=quantity_of(rows),
        unit_price=None if first.unit_price is None else str(first.unit_price),
        net=sum(row.net for row in rows),
        tax=sum(taxes) if taxes else None,
        currency=first.currency,
        start=first.start and first.start.isoformat(),
        end=first.end and first.end.isoformat(),
    )


def _told(**values: Any) -> Values:
    return {name: value for name, value in values.items() if value is not None}


def _digest(parts: Sequence[object]) -> str:
    said = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
