"""The demo reseller's month: the publisher's file of it, with some things that do not agree."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.billing.models.charges import Charge
from vlms.billing.queries.statements import StatementFilter, statement_of
from vlms.billing.rules.layouts import NEW_COMMERCE
from vlms.billing.rules.month import month_of
from vlms.billing.statement_exports import write_layout
from vlms.core.money import minor_digits
from vlms.core.text import _
from vlms.core.work import Work
from vlms.demo.orders import RESELLER, Stage
from vlms.exports.reading import read_raw
from vlms.exports.sheets import Limits
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.matching import match_period
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.reports import NewReport, save_report
from vlms.reconciliation.service.settling import Step, settle
from vlms.reconciliation.service.taking import Delivered, take_file

Row = dict[str, str]


def play_reconciliation(stage: Stage) -> None:
    """The month of most charges is matched with the publisher's file; one thing is disputed."""
    reseller_id = stage.cast.organisations["northwind"].id
    with stage.act(RESELLER, -0.4) as work:
        first, last = _busiest_month(work.session, stage)
        wanted = StatementFilter(first, last, work.now, reseller_id)
        body = _publishers(work, wanted)
        period = period_for(work, reseller_id, f"{first:%Y-%m}")
        table = read_raw(io.BytesIO(body), "publisher.csv", Limits(columns=200))
        name = f"publisher-{first:%Y-%m}.csv"
        take_file(work, period, Delivered(name, hashlib.sha256(body).hexdigest(), table))
        match_period(work, period)
    with stage.act(RESELLER, -0.3) as work:
        # Days instead of months, where the month has a prorated line.
        statement = select(Difference).order_by(Difference.kind.desc(), Difference.id)
        disputed = work.session.scalars(statement).first()
        assert disputed is not None
        why = str(_("The order says otherwise (P1)."))
        settle(work, disputed.id, Step(DifferenceState.DISPUTED, why, "D-20931"))
        _keep_report(work, reseller_id)


def _keep_report(work: Work, reseller_id: UUID) -> None:
    """The month's statement as a workbook, by mail to the reseller's accounts."""
    assert work.actor.user_id is not None
    to = ["accounts@northwind.example"]
    new = NewReport(
        "Month for accounts", {"currency": "USD"}, ReportFormat.XLSX, ReportRhythm.MONTHLY, to
    )
    save_report(work, reseller_id, work.actor.user_id, new)


def _busiest_month(session: Session, stage: Stage) -> tuple[date, date]:
    """Of those that are over."""
    this_month = stage.now.date().replace(day=1)
    reseller_id = stage.cast.organisations["northwind"].id
    days = session.scalars(
        select(Charge.charged_on).where(
            Charge.reseller_id == reseller_id, Charge.charged_on < this_month
        )
    )
    counts = Counter(month_of(day) for day in days)
    return max(counts, key=lambda month: (counts[month], month))


def _publishers(work: Work, wanted: StatementFilter) -> bytes:
    """What the publisher says: our own statement, with two rows that say it otherwise."""
    ours = io.BytesIO()
    write_layout(statement_of(work.session, wanted), NEW_COMMERCE, ours)
    reader = csv.DictReader(io.StringIO(ours.getvalue().decode("utf-8-sig"), newline=""))
    rows = list(reader)
    bought = [row for row in rows if int(row["Quantity"]) > 0]
    prorated = [row for row in bought if _by_days(row)["Subtotal"] != row["Subtotal"]]
    other = (prorated or bought)[0]
    changed = [_by_days(row) if row is other else row for row in rows] + [_unknown(bought[0])]
    out = io.StringIO()
    writer = csv.DictWriter(out, NEW_COMMERCE.titles)
    writer.writeheader()
    writer.writerows(changed)
    return out.getvalue().encode("utf-8-sig")


def _by_days(row: Row) -> Row:
    """Prorated by days of a year, where whole months count (P1)."""
    start, end = (date.fromisoformat(row[name]) for name in ("ChargeStartDate", "ChargeEndDate"))
    year, tax = Decimal(row["UnitPrice"]) * int(row["Quantity"]), Decimal(row["TaxTotal"])
    net = round(year * ((end - start).days + 1) / 365, minor_digits(row["Currency"]))
    return row | {"Subtotal": str(net), "Total": str(net + tax)}


def _unknown(row: Row) -> Row:
    """An order that is none of ours."""
    return row | {"OrderId": "O-2019-000417", "SubscriptionId": "O-2019-000417/1"}
