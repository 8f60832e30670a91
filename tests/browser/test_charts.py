"""Charts are drawn from the tables beside them, and repeat nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import Look, Visit
from tests.support.clock import StillClock
from tests.support.demo import play_demo
from vlms.demo.cast import PASSWORD

ADMIN, HOME = "admin@contoso.example", "/o/contoso/"
DRAWN = "canvas => Chart.getChart(canvas).data.datasets.map(one => one.data.at(-1))"
FILLS = "canvas => Chart.getChart(canvas).data.datasets.map(one => one.backgroundColor.toString())"
BORDER = "canvas => Chart.getChart(canvas).data.datasets[0].borderColor"
# The page hears of another scheme a moment after the window has it.
IS_AS_BEFORE = """([light, same]) => same === (Chart.getChart(document.querySelector(
    '[data-chart="codes"] canvas')).data.datasets[0].borderColor === light)"""


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_home_page_draws_what_its_tables_say(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    clock.set(play_demo(clock).stage.now)
    page = visit.signed_in(ADMIN, PASSWORD)
    page.goto(HOME)
    figure = page.locator('[data-chart="codes"]')
    canvas = figure.locator("canvas")
    expect(canvas).to_be_visible()
    last = figure.locator("tbody tr").last.locator("td")
    told = [int(cell.get_attribute("data-value") or "") for cell in last.all()]
    assert canvas.evaluate(DRAWN) == told
    # One plain colour at most: the others are told apart by their patterns.
    assert sum("Pattern" not in fill for fill in canvas.evaluate(FILLS)) == 1
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").click()
    expect(figure.locator("table")).to_be_visible()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_colours_follow_the_reader_s_choice(app: Flask, clock: StillClock, visit: Visit) -> None:
    clock.set(play_demo(clock).stage.now)
    page = visit.signed_in(ADMIN, PASSWORD)
    page.goto(HOME + "figures")
    canvas = page.locator('[data-chart="codes"] canvas')
    light = canvas.evaluate(BORDER)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(IS_AS_BEFORE, arg=[light, False])
    page.emulate_media(color_scheme="light")
    page.wait_for_function(IS_AS_BEFORE, arg=[light, True])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_scripts_the_tables_are_open(app: Flask, clock: StillClock, visit: Visit) -> None:
    clock.set(play_demo(clock).stage.now)
    page = visit.signed_in(ADMIN, PASSWORD, look=Look(has_script=False))
    page.goto(HOME)
    page.get_by_role("link", name="Figures over time").click()
    expect(page.locator('[data-chart="codes"] table')).to_be_visible()
    expect(page.locator('[data-chart="codes"] canvas')).to_be_hidden()
