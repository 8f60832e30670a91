"""Files that cost far more than their size tells are stopped by their process's limits."""

from __future__ import annotations

import io

import pytest

from tests.unit.exports.uploads import with_sheet
from vlms.core.errors import BadInput
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Limits


@pytest.mark.campaign
def test_a_file_that_takes_too_much_memory_is_refused() -> None:
    # Each element costs far more memory than its bytes.
    attributes = " ".join(f'{letter}=""' for letter in "bcdefghijkmn")
    body = with_sheet(f'<row r="1">{f"<a {attributes}/>" * 800_000}</row>')
    with pytest.raises(BadInput) as refused:
        read_rows(io.BytesIO(body), "list.xlsx", Limits(ratio=10_000, unpacked_bytes=1 << 30))
    # The XML library reports some shortages of memory as faults of the file.
    assert refused.value.reason in ("too_costly", "damaged")
