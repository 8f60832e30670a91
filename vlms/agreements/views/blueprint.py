"""The agreements' blueprint, and its words in the journal."""

from __future__ import annotations

from flask import Blueprint

from vlms.agreements.views.asking import whom_to_ask
from vlms.agreements.words import ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS
from vlms.web.words import add_words

agreements = Blueprint("agreements", __name__, url_prefix="/o/<organisation>/agreements")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)
agreements.add_app_template_global(whom_to_ask)
