"""What the journal calls columns that several kinds of records have."""

from __future__ import annotations

import pytest
from flask import Flask

from vlms.core.text import _
from vlms.web.words import add_words, column_word

CALLED = {
    "calendar_feed.ended_at": "Revoked",
    "role_grant.ended_at": "Ended at",
    "course.ended_at": "Ended",
    "letter_version.ended_at": "Ended",
    "end_warning.acknowledged_at": "Seen",
    "code_batch.source": "Source of codes",
    "exchange_rate.source": "Source",
    "file_mapping.source": "Whose account",
    "notice_choice.address": "E-mail address",
    "buyer_profile.address": "Postal address",
    "person.latin_name": "Name in Latin letters",
    "buyer_profile.latin_name": "English name",
    "exam_seat.legal_name": "Legal name",
    "invoice.net_minor": "Net, in the smallest unit",
}


def test_each_kind_of_record_calls_a_column_by_its_own_word(app: Flask) -> None:
    with app.app_context():
        found = {name: column_word(*reversed(name.split("."))) for name in CALLED}
    assert found == CALLED


def test_nobody_calls_the_column_of_others_otherwise(app: Flask) -> None:
    with pytest.raises(ValueError, match="ended_at is 'Ended' already"):
        add_words(columns={"ended_at": _("Revoked")})
    add_words(columns={"ended_at": _("Ended")})
    with app.app_context():
        assert column_word("ended_at") == "Ended"
