"""A slip in real Chromium: printed, scanned, a password set, signed in by number, one's code."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.making_schools import (
    COORDINATOR,
    make_class,
    make_pupil,
    make_school_member,
    make_university,
)
from vlms.codes.rules.lifecycle import State
from vlms.core.language import Language
from vlms.core.permissions import Role

NEW = "風和日麗的一天早晨我們出門散步去"


def set_stage(clock: StillClock) -> None:
    """林小美, without an address, is in a class of the law school and holds a code."""
    with making(clock()) as work:
        made = make_university(work)
        make_school_member(work, (made.law,), Role.SCHOOL_COORDINATOR)
        pupil = make_pupil(work, made.law, "林小美", "B10901042")
        pupil.latin_name, pupil.language = "Lin Hsiao-Mei", Language.TRADITIONAL_CHINESE
        make_class(work, made.law, "法學緒論 甲班", pupil, made.lawyer)
        line = make_line(work, make_agreement(work, made.organisation), make_product(work), 1)
        make_codes(work, line, 1, person=pupil, state=State.ASSIGNED)


def scan(paper: Path) -> list[str]:
    """The addresses on the first page, as a camera reads them."""
    command = ["pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", str(paper)]
    picture = subprocess.run(command, capture_output=True, check=True).stdout
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm (poppler-utils)")
def test_a_slip_leads_from_the_printer_to_ones_own_code(
    visit: Visit, clock: StillClock, tmp_path: Path
) -> None:
    set_stage(clock)
    desk = visit.signed_in(COORDINATOR)
    desk.goto("/o/university/slips/")
    desk.get_by_label("Class").select_option("法學緒論 甲班")
    desk.get_by_role("button", name="Show").click()
    desk.get_by_label("Tick 林小美").check()
    with desk.expect_download() as downloading:
        desk.get_by_role("button", name="Print slips").click()
    paper = tmp_path / "slips.pdf"
    downloading.value.save_as(paper)
    expect(desk.get_by_text("Printed, not used")).to_be_visible()
    (address,) = scan(paper)

    phone = visit.window(look=Look(width=390))
    phone.goto(address)
    expect(phone.get_by_text("林○美")).to_be_visible()
    assert violations(phone) == []
    phone.get_by_label("This is me.").check()
    phone.get_by_label("Password").fill(NEW)
    phone.get_by_role("button", name="Set the password").click()
    expect(phone).to_have_url(f"{visit.site}/my/codes/")
    expect(phone.get_by_role("status")).to_contain_text("b10901042@university")

    home = visit.signed_in("B10901042@university", NEW)
    expect(home).to_have_url(f"{visit.site}/my/codes/")
    expect(home.locator("main")).to_contain_text("認證考試券")
    late = visit.window()
    late.goto(address)
    expect(late.get_by_role("heading", level=1)).to_contain_text("This slip was used")
