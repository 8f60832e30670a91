"""What files of others are, and what becomes of their rows."""

from __future__ import annotations

from enum import StrEnum


class Layout(StrEnum):
    """Of whom the file is: two published layouts of the publisher, or mapped columns."""

    NEW_COMMERCE = "new_commerce"
    LICENSE_BASED = "license_based"
    MAPPED = "mapped"


class FileSource(StrEnum):
    """Whose account of the charges a file is: the two are matched apart."""

    PUBLISHER = "publisher"
    LEDGER = "ledger"


class RowFate(StrEnum):
    """What became of a row of a file."""

    COUNTED = "counted"
    # The very row was there already, in this file or an earlier one.
    REPEATED = "repeated"
    # Another file said it with other figures; the newer one counts.
    REPLACED = "replaced"
    TOTAL = "total"
    # A title above the heading, or a heading that comes again.
    HEADING = "heading"
    UNREADABLE = "unreadable"
    # Its file was taken back.
    WITHDRAWN = "withdrawn"
