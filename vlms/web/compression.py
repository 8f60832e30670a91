"""Pages go over the wire compressed, where the browser takes it."""

from __future__ import annotations

import gzip
from io import BytesIO

from flask import Flask, Response, request

from vlms.core.tokens import random_bytes

_KINDS = frozenset(
    {"text/html", "text/plain", "text/csv", "text/calendar", "application/json", "image/svg+xml"}
)
# Below this the envelope costs more than is won.
_LEAST_BYTES = 500
_LEVEL = 6
_MOST_PADDING = 100


def install(app: Flask) -> None:
    @app.after_request
    def _compress(response: Response) -> Response:
        return compress(response) if _may_be(response) else response


def _may_be(response: Response) -> bool:
    if response.mimetype not in _KINDS:
        return False
    response.vary.add("Accept-Encoding")
    return (
        not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and (response.content_length or 0) >= _LEAST_BYTES
    )


def compress(response: Response) -> Response:
    """The same answer in gzip.

    A name of random length in the envelope hides the length of the text: otherwise one who
    can add words to a page and see its size could guess the tokens in it, bit by bit.
    """
    packed = BytesIO()
    name = random_bytes(1 + random_bytes(1)[0] % _MOST_PADDING).hex()
    with gzip.GzipFile(name, "wb", _LEVEL, packed, mtime=0) as envelope:
        envelope.write(response.get_data())
    response.set_data(packed.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    return response
