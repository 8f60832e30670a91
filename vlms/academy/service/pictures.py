"""Reads uploaded pictures: checked by what they are, not by their name, and made anew.

What is kept is a PNG that this system has written: no metadata, no second frame, nothing
that hides behind a picture's bytes.
"""

from __future__ import annotations

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.reading import read_picture as read_in_child

MOST_BYTES = 2 * 1024 * 1024


def read_picture(body: bytes, field: str) -> bytes:
    """A PNG or JPEG as the PNG that is kept, at most 1200 × 600 points large (A3).

    Raises BadInput for another kind of file, one that is broken, too large or too small.
    """
    if len(body) > MOST_BYTES:
        raise BadInput(
            "A3",
            _("The picture is larger than 2 MB."),
            reason="bad_picture",
            field=field,
            way_out=_("Save it smaller, and send it again."),
        )
    try:
        return read_in_child(body)
    except BadInput as refused:
        raise BadInput(
            "A3",
            refused.sentence,
            reason="bad_picture",
            field=field,
            way_out=_("Save it as PNG, and send it again.")
            if refused.reason == "too_costly"
            else refused.way_out,
        ) from refused
