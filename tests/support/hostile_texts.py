"""Fills whatever people type with texts that would run in a careless page."""

from __future__ import annotations

from itertools import cycle

from sqlalchemy import Column, Enum, String, Table, select, update

from tests.support.owning import owner_engine
from vlms.core.db import Base

# Each would run `ran()`, or leave a mark in the page, where texts are taken for markup.
TEXTS = (
    "<script>ran()</script>",
    '"><img src=x onerror=ran()>',
    "'><svg onload=ran() data-ran>",
    "<b data-ran onmouseover='ran()'>x</b>",
    "</title></textarea><script>ran()</script>",
    "{{ran()}}${ran()}<i data-ran>",
    "javascript:ran()//<i data-ran>",
    "`-ran()-'\"<i data-ran></option></select>",
    "<iframe srcdoc='<script>parent.ran()</script>'>",
    "<a href=javascript:ran() data-ran>x</a>",
    "<!--<i data-ran>--><style>*{color:red}</style>",
    "\u202e<i data-ran>\u2028ran()",
)
MARK = "ran()"
# Names of columns that people fill, and files and providers for them; what is left out are keys,
# numbers that the system gives, addresses and words of ours.
_FILLED = frozenset(
    "name latin_name legal_name name_en name_zh title title_en title_zh description_en "
    "description_zh department reason void_reason decline_reason note answer text signature "
    "reply_name written_by filename remark purchase_order cost_centre reference "
    "dispute_reference customer product charge_type order_number address_en address_zh "
    "payment_details customer_number location room site place course former_number "
    "candidate_name candidate_number exam score source source_name signed_name writer_name "
    "account_manager_name school_name institution_name latin_school_name "
    "latin_institution_name signer_name signer_title actor_name to_name user_agent "
    "exception_note bounce_note last_error last_failure publisher_name publisher_number "
    "provider provider_account center_number case_number region school_year code".split()
)
_FIXED = {
    ("installation_fact", "name"),
    ("course", "code"),
    ("price", "currency"),
    ("audit_entry", "reason"),
    # A name of which the layout of a saved list makes nothing, and keys of our own words.
    ("letter_version", "text"),
}


def plant(first: int = 0) -> int:
    """Put a text into every such place of every row; how many places there were.

    Where a text is longer than its column, a shorter one stands; `first` turns the texts.
    """
    places = 0
    with owner_engine().begin() as connection:
        for table in Base.metadata.sorted_tables:
            for column in _columns(table):
                found = connection.execute(select(*table.primary_key, column)).all()
                texts = cycle(_that_fit(column, first))
                for *keys, value in found:
                    if value:
                        own = [one == key for one, key in zip(table.primary_key, keys, strict=True)]
                        text = _unique(column, next(texts), places)
                        connection.execute(update(table).where(*own).values({column: text}))
                        places += 1
    return places


def _columns(table: Table) -> list[Column[str]]:
    # The journal refuses changes: nobody can put anything into it afterwards.
    if table.name.startswith("audit_"):
        return []
    return [
        column
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and column.name in _FILLED
        and (table.name, column.name) not in _FIXED
    ]


def _that_fit(column: Column[str], first: int) -> list[str]:
    length = getattr(column.type, "length", None) or 1000
    turned = TEXTS[first % len(TEXTS) :] + TEXTS[: first % len(TEXTS)]
    return [text for text in turned if len(text) + 6 <= length] or ["<i>ran()"[:length]]


def _unique(column: Column[str], text: str, number: int) -> str:
    """With a number, where the column has room for one: some names are unique."""
    length = getattr(column.type, "length", None) or 1000
    return f"{text}{number}" if len(text) + 6 <= length else text
