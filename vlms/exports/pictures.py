"""Reads uploaded pictures: checked by what they are, not by their name, and made anew.

What is kept is a PNG that this system has written: no metadata, no second frame, nothing
that hides behind a picture's bytes.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.sheets import refusal

LEAST_SIDE, MOST_SIDE = 32, 4_000
# Enough for print in the largest box of a certificate, at 300 dots an inch.
_KEPT_SIZE = (1_200, 600)
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def made_anew(body: bytes) -> bytes:
    """A PNG or JPEG as the PNG that is kept, at most 1200 × 600 points large.

    It runs in a child process of its own (see `picture_child`): a small file may be a picture
    of thousands of layers. Raises BadInput for another kind of file, one that is broken, too
    large or too small.
    """
    if not body.startswith(_BEGINNINGS):
        raise _no_picture()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn_again(body)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
        MemoryError,
    ):
        raise _no_picture() from None


def _drawn_again(body: bytes) -> bytes:
    with Image.open(io.BytesIO(body), formats=("PNG", "JPEG")) as picture:
        width, height = picture.size
        if not (min(width, height) >= LEAST_SIDE and max(width, height) <= MOST_SIDE):
            raise refusal(
                "bad_picture",
                _("The picture is %(width)s × %(height)s points.", width=width, height=height),
                _(
                    "Choose one with sides from %(least)s to %(most)s points.",
                    least=LEAST_SIDE,
                    most=MOST_SIDE,
                ),
            )
        picture.load()
        kept = picture.convert("RGBA")
    kept.thumbnail(_KEPT_SIZE)
    clean = Image.new("RGBA", kept.size)
    clean.paste(kept)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _no_picture() -> BadInput:
    return refusal(
        "bad_picture",
        _("This file is no PNG or JPEG picture, or it is damaged."),
        _("Save it as PNG, and send it again."),
    )
