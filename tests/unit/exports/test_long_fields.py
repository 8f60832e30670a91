"""A text file with a field beyond any use is refused, not stumbled over."""

from __future__ import annotations

import io

import pytest

from vlms.core.errors import BadInput
from vlms.exports.raw_rows import open_raw
from vlms.exports.sheets import Limits


@pytest.mark.parametrize("body", [b"a" * 3_000_000, b'a,b\n"' + b"x" * 2_000_000])
def test_a_field_that_is_too_long_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        list(open_raw(io.BytesIO(body), "march.csv", Limits(), None).rows())
    assert refused.value.reason == "bad_quotes"
