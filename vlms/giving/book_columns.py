"""The columns of a handout's workbook, and the signed ids of its rows."""

from __future__ import annotations

import hmac
from uuid import UUID

from vlms.core.keys import KeyRing
from vlms.core.links import read_link, sign_link
from vlms.core.text import Text, _
from vlms.exports.mapping import Field

YES, NO = _("yes"), _("no")
FIELDS = (
    Field("row_id", _("Row id")),
    Field("email", _("E-mail address"), required=False),
    Field("name", _("Full name"), required=False),
    Field("number", _("Number"), required=False),
    Field("department", _("Department"), required=False),
    Field("language", _("Language"), required=False),
    Field("gives", _("Give a code")),
    Field("gives_again", _("Give another one"), required=False),
)
LABELS: dict[str, Text] = {field.key: field.label for field in FIELDS}


def row_token(keys: KeyRing, row_id: UUID) -> str:
    """The row's id, signed: nobody makes up another."""
    return sign_link(_key(keys), row_id)


def read_token(keys: KeyRing, token: str) -> UUID | None:
    """The row's id; None for a text that was changed."""
    return read_link(_key(keys), token)


def _key(keys: KeyRing) -> bytes:
    return hmac.digest(keys.link, b"handout row", "sha256")
