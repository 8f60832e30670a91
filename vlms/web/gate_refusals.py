"""What the input gate refuses, each with a status of its own."""

from __future__ import annotations

from vlms.core.errors import BadInput, DomainError


class Garbled(BadInput):
    """The request itself cannot be read: its address, headers, cookies, encoding (400)."""

    reason = "garbled"


class TooLarge(BadInput):
    """The body is larger than anything that is sent here (413)."""

    reason = "too_large"


class AddressTooLong(BadInput):
    """The address is longer than any of a page of ours (414)."""

    reason = "address_too_long"


class HeadersTooLarge(BadInput):
    """More headers, or longer ones, than a browser sends (431)."""

    reason = "headers_too_large"


class UnknownField(BadInput):
    """A field that the form does not have (422)."""

    reason = "unknown_field"


STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (Garbled, 400),
    (TooLarge, 413),
    (AddressTooLong, 414),
    (HeadersTooLarge, 431),
)
