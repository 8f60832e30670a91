"""The agreements' blueprint, and its words in the journal."""

from __future__ import annotations

from flask import Blueprint

from vlms.agreements.contacts import Contact, contact_for
from vlms.agreements.models import Agreement
from vlms.agreements.words import ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS
from vlms.core.errors import Topic
from vlms.web.words import add_words

agreements = Blueprint("agreements", __name__, url_prefix="/o/<organisation>/agreements")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)


@agreements.app_template_global()
def whom_to_ask(agreement: Agreement | None, topic: Topic | None) -> Contact | None:
    """O7: who answers questions on the topic; None on pages that know no agreement."""
    return None if agreement is None else contact_for(agreement, topic)
