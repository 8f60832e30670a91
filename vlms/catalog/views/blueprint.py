"""The catalogue's blueprint, and its words in the journal."""

from __future__ import annotations

from flask import Blueprint

from vlms.catalog.words import ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS
from vlms.web.words import add_words

catalog = Blueprint("catalog", __name__, url_prefix="/o/<organisation>/catalog")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)
