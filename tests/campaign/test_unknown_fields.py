"""The long version: the forms of everybody else, each with every column of the database."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.web.test_unknown_fields import send_with_columns


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["operator", "desk", "reseller", "admin"])
def test_every_column_added_to_every_form_changes_nothing(
    app: Flask, clock: StillClock, who: str
) -> None:
    assert send_with_columns(app, clock, who) >= 5
