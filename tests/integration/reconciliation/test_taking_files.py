"""Files of others are taken in once, row by row, and nothing counts twice."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.files_of_others import (
    LICENSE_BASED,
    NEW_COMMERCE,
    as_csv,
    license_based_row,
    new_commerce_row,
    take,
)
from tests.support.making import make_organisation, making
from vlms.accounts.models import OrganisationKind
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileLine, Layout, RowFate
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.files import count_fates, sum_file
from vlms.reconciliation.service.periods import period_for


def make_period(work: Work, month: str = "2026-03") -> Period:
    reseller = make_organisation(work, "northwind", kind=OrganisationKind.RESELLER)
    return period_for(work, reseller.id, month)


def new_commerce(count: int = 3, **quantities: int) -> bytes:
    rows = [new_commerce_row(n, quantities.get(f"q{n}", 5)) for n in range(1, count + 1)]
    return as_csv([NEW_COMMERCE, *rows])


def license_based(count: int = 3) -> bytes:
    return as_csv([LICENSE_BASED, *(license_based_row(n) for n in range(1, count + 1))])


def counted(work: Work, period: Period) -> list[tuple[str | None, int | None]]:
    lines = select(FileLine).where(
        FileLine.period_id == period.id, FileLine.fate == RowFate.COUNTED
    )
    return sorted((one.order_number, one.quantity) for one in work.session.scalars(lines))


@pytest.mark.parametrize(
    ("body", "layout"),
    [(new_commerce(), Layout.NEW_COMMERCE), (license_based(), Layout.LICENSE_BASED)],
)
def test_either_published_layout_is_recognised_and_every_row_counts(
    app: Flask, clock: StillClock, body: bytes, layout: Layout
) -> None:
    with making(clock()) as work:
        file = take(work, make_period(work), body)
        assert (file.layout, file.line_count, file.left_out_count) == (layout, 3, 0)
        (sums,) = sum_file(work.session, file.id)
        assert (sums.currency, sums.count, sums.net_minor) == ("TWD", 3, 3 * 337_500)
        line = work.session.scalars(select(FileLine).order_by(FileLine.row_number)).all()[1]
        assert (line.charge_start.isoformat(), line.charge_end.isoformat()) == (  # type: ignore[union-attr]
            "2026-03-03",
            "2026-12-31",
        )


def test_the_same_charges_in_the_other_layout_do_not_count_again(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        period = make_period(work)
        take(work, period, new_commerce())
        second = take(work, period, license_based(), "licences.csv")
        assert count_fates(work.session, second.id)[RowFate.REPEATED] == 3
        assert len(counted(work, period)) == 3
