"""The blueprints of codes and stock, and what their templates call."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, g

from vlms.codes import names
from vlms.codes.exports import number_of
from vlms.codes.forms import workspace_zone
from vlms.codes.queries import cost_centre_of, shown_of
from vlms.codes.rules.code_text import mask
from vlms.codes.rules.expiry import LastDayReason, explain
from vlms.codes.rules.shown_state import Shown, word
from vlms.codes.words import ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS
from vlms.web.words import RecordPage, add_names, add_records, add_words

codes = Blueprint("codes", __name__, url_prefix="/o/<organisation>/codes")
stock = Blueprint("stock", __name__, url_prefix="/o/<organisation>/stock")
delivery = Blueprint("delivery", __name__)
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)
add_names(
    product_id=names.name_products,
    agreement_id=names.name_agreements,
    order_line_id=names.name_lines,
    replaces_id=names.name_codes,
    code_id=names.name_codes,
    subject_id=names.name_subjects,
)
add_records(
    code=RecordPage(names.name_codes, "codes.show", "code_id"),
    code_batch=RecordPage(names.name_batches, "codes.batch", "batch_id"),
    order=RecordPage(names.name_orders, "orders.show", "order_id"),
    agreement=RecordPage(names.name_agreements, "agreements.show", "agreement_id"),
)


@codes.app_template_filter("code_state_word")
def _state_word(shown: Shown) -> str:
    return str(word(shown))


@codes.app_template_filter("last_day_reason")
def _reason(reason: LastDayReason) -> str:
    return str(explain(reason))


codes.add_app_template_filter(number_of, "code_number")
codes.add_app_template_filter(cost_centre_of, "cost_centre")
codes.add_app_template_filter(mask, "masked")


@codes.app_context_processor
def _shown() -> dict[str, object]:
    """`shown(code)` is the state to show now."""
    return {"shown": lambda code: shown_of(code, g.now)}


def made_at() -> datetime:
    """The request's instant in the workspace's zone, for lists and papers."""
    instant: datetime = g.now
    return instant.astimezone(ZoneInfo(workspace_zone()))
