"""Texts that are kept say days and amounts in the form of whoever reads them later."""

from __future__ import annotations

import json
from datetime import date

from vlms.core.money import Money
from vlms.core.packed_text import pack_text, unpack_text
from vlms.core.text import _, writing_days


def test_a_kept_text_writes_its_days_as_its_reader_does() -> None:
    text = _("Until %(day)s: %(amount)s", day=date(2026, 3, 31), amount=Money(123450, "USD"))
    kept = unpack_text(json.loads(json.dumps(pack_text(text))))
    assert str(kept) == "Until 2026-03-31: USD 1,234.50"
    with writing_days(lambda day: f"{day:%d.%m.%Y}"):
        assert str(kept) == "Until 31.03.2026: USD 1,234.50"


def test_a_text_that_was_kept_as_plain_words_stays_as_it_is() -> None:
    packed = {"one": "Until %(day)s", "many": None, "number": None, "values": {"day": "2026-03-31"}}
    assert str(unpack_text(packed)) == "Until 2026-03-31"
