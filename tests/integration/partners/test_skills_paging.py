"""Pages of the skills report: whatever they are sorted by, nothing is lost between them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_competencies import make_passed, make_skilled
from tests.support.making_skills import TODAY, make_report
from vlms.core.db import reading
from vlms.core.paging import Listing
from vlms.core.scope import Organisation as OrganisationScope
from vlms.partners.queries.skills_report import (
    SkillFilter,
    SkillLine,
    count_skills,
    list_skills,
    report_context,
    search_skills,
)


@pytest.mark.parametrize("sort", ["person", "what", "completed", "expires", "no-such-column"])
def test_a_list_is_sorted_both_ways_and_paged_without_loss(
    app: Flask, clock: StillClock, sort: str
) -> None:
    with making(clock()) as work:
        own = make_report(work)
        for number in range(3):
            make_passed(work, make_skilled(work, own, f"More{number}", "PL-300"), "AZ-305")
        place = own.id
    with reading(OrganisationScope(place)) as session:
        about, wanted = report_context(session, place, TODAY), SkillFilter(place, TODAY)

        def every_page(order: str) -> list[SkillLine]:
            found: list[SkillLine] = []
            after: str | None = None
            while True:
                page = search_skills(session, wanted, Listing(order, after, 3), about, clock())
                assert page.total_count == 10
                found += page.rows
                after = page.next_after
                if after is None:
                    return found

        forth, back = every_page(sort), every_page(f"-{sort}")
        keys = [line.proof.id for line in forth]
        assert len(keys) == len(set(keys)) == count_skills(session, wanted) == 10
        assert keys == [line.proof.id for line in back][::-1]
        assert {line.proof.id for line in list_skills(session, wanted, about, clock())} == {*keys}
        if sort == "expires":
            ends = [line.proof.expires_on or date.max for line in forth]
            assert ends == sorted(ends)
