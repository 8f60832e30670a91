"""Lists page by page, on both databases: every row once, and no place in an address breaks one."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.accounts.queries import search_organisations
from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter, search_codes
from vlms.core.paging import Listing, Page, count_rows
from vlms.core.scope import Organisation

SORTS = ["expires", "number"]
NO_KEY = "0" * 32
PLACES = [
    f'["{NO_KEY}"]',
    '{"a": 1}',
    "[" * 50_000,
    f'[1e999, "{NO_KEY}"]',
    f'[{10**30}, "{NO_KEY}"]',
    f'[true, "{NO_KEY}"]',
    f'[null, "{NO_KEY}"]',
    f'["\\ud800", "{NO_KEY}"]',
    f'["\\u0000", "{NO_KEY}"]',
    f'["0001-01-01T00:00:00+14:00", "{NO_KEY}"]',
    '["available", 5]',
    "no JSON",
]


def make_codes_of_contoso(clock: StillClock, count: int) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        agreement, product = make_agreement(work, contoso), make_product(work)
        for place in range(count):
            line = make_line(work, agreement, product, 1)
            make_codes(work, line, 1, expires_at=work.now + timedelta(days=place // 2))


def page_after(clock: StillClock, sort: str, after: str | None) -> Page[Code]:
    with making(clock()) as work:
        return search_codes(work.session, CodeFilter(), clock(), Listing(sort, after, size=2))


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_row_is_on_one_page_whatever_the_order(
    app: Flask, clock: StillClock, sort: str
) -> None:
    make_codes_of_contoso(clock, 5)
    found, after = [], None
    for _page in range(3):
        page = page_after(clock, sort, after)
        found += [code.id for code in page.rows]
        after = page.next_after
    assert after is None
    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize("sort", SORTS)
def test_a_place_that_somebody_made_up_shows_a_page(
    app: Flask, clock: StillClock, sort: str
) -> None:
    make_codes_of_contoso(clock, 1)
    for place in PLACES:
        after = base64.urlsafe_b64encode(place.encode()).decode()
        assert page_after(clock, sort, after).total_count == 1
    assert page_after(clock, sort, "é").rows


@pytest.mark.parametrize(("most", "counted"), [(10, 5), (5, 5), (4, 5), (2, 3)])
def test_rows_are_counted_to_one_beyond_the_limit(
    app: Flask, clock: StillClock, most: int, counted: int
) -> None:
    make_codes_of_contoso(clock, 5)
    with making(clock()) as work:
        assert count_rows(work.session, select(Code), most) == counted


def test_a_count_sees_the_rows_of_its_scope_alone(app: Flask, clock: StillClock) -> None:
    make_codes_of_contoso(clock, 3)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam").id
    with making(clock(), scope=Organisation(other)) as work:
        page = search_codes(work.session, CodeFilter(), clock(), Listing("expires"))
        assert (page.total_count, list(page.rows)) == (0, [])


@pytest.mark.parametrize("words", ["åsa & söhne", "ÅSA & SÖHNE", "söh"])
def test_names_are_found_in_any_case_of_any_script(
    app: Flask, clock: StillClock, words: str
) -> None:
    with making(clock()) as work:
        make_organisation(work, "soehne", name="Åsa & Söhne")
        make_organisation(work, "other")
        found = search_organisations(work.session, words, None, Listing("name"))
        assert [each.slug for each in found.rows] == ["soehne"]
