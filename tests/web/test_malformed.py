"""Whatever is sent is answered, soon, and never by a failure of ours."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.mangling import request_of, status_of
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role

SHORT = 600
SLOWEST = 2.0


def failures(
    app: Flask, clock: StillClock, seeds: range, *, is_made: bool = False
) -> dict[int, object]:
    """The seeds whose requests failed or took too long, and how they were answered."""
    if not is_made:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
    client = app.test_client(use_cookies=False)
    assert isinstance(client, CheckingClient)
    client.checks = False
    wrong: dict[int, object] = {}
    told: Counter[int] = Counter()
    for seed in seeds:
        begun = time.monotonic()
        try:
            status = status_of(client, seed)
        except Exception as error:
            wrong[seed] = repr(error)[:300]
            continue
        told[status] += 1
        took = time.monotonic() - begun
        if status >= 500 or took > SLOWEST:
            wrong[seed] = (status, round(took, 1))
    print(f"seeds {seeds}: {dict(sorted(told.items()))}")
    return wrong


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_malformed_request_fails(app: Flask, clock: StillClock) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert failures(app, clock, range(SHORT)) == {}
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = True


def test_a_seed_tells_the_same_request_again() -> None:
    assert request_of(7) == request_of(7)
    assert len({str(request_of(seed)) for seed in range(200)}) > 150
