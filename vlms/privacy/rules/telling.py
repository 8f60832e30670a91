"""What of somebody's rows is told to them, or to the organisation that holds them (D2).

Never what opens something: codes, keys, digests, tokens. Nor what others keep: a row that
somebody only wrote is the organisation's, and is told of its own person alone.
"""

from __future__ import annotations

import re

# Technical rows that are gone within minutes, or the other half of a secret.
UNTOLD_TABLES = frozenset({"passkey_challenge", "recovery_code", "submission"})
# What somebody typed into a form may be a code of anybody's.
UNTOLD_COLUMNS = frozenset({"kept_form.fields", "kept_form.address"})
_OPENS = re.compile(
    r"digest|hash|sealed|secret|token|salt|wrapped|challenge|credential|public_key|index"
    r"|once_key|proofs|transports"
)


def is_told(table: str, column: str) -> bool:
    """Whether a column that holds no bytes is told."""
    if table in UNTOLD_TABLES or f"{table}.{column}" in UNTOLD_COLUMNS:
        return False
    return _OPENS.search(column) is None
