"""JSON of others has one meaning, or is refused with the place in it."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.core.errors import BadInput
from vlms.core.odd_text import is_odd, without_odd
from vlms.core.strict_json import DEEPEST, read_json


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


REFUSED = {
    "nothing": (b"", "no_json"),
    "half": (b'{"a"', "no_json"),
    "no UTF-8": (b'"\xff"', "no_json"),
    "too deep": (nested(DEEPEST + 1), "too_deep"),
    "endlessly deep": (b"[" * 60_000, "too_deep"),
    "a name twice": (b'{"a":1,"b":{"c":1,"c":2}}', "twice"),
    "no number": (b"[NaN]", "number"),
    "infinite": (b"[-Infinity]", "number"),
    "overflowing": (b"[1e999]", "number"),
    "beyond 2^53": (b"[9007199254740993]", "number"),
    "beyond -2^53": (b"[-9007199254740993]", "number"),
    "endless digits": (b"1" * 5_000, "number"),
    "endless fraction": (b"0." + b"1" * 5_000, "number"),
    "half a pair": (b'{"a":{"b":["\\ud800"]}}', "odd_characters"),
    "NUL": (b'["\\u0000"]', "odd_characters"),
    "control": (b'["\\u001b"]', "odd_characters"),
    "non-character": (b'["\\uffff"]', "odd_characters"),
    "NUL in a name": (b'{"\\u0000":1}', "odd_characters"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_readers_take_differently_is_refused(name: str) -> None:
    body, reason = REFUSED[name]
    with pytest.raises(BadInput) as refused:
        read_json(body)
    assert refused.value.reason == reason


def test_the_place_of_a_text_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        read_json(b'{"data":{"names":["ok","\\u0000"]}}')
    assert refused.value.field == "data.names[1]"


def test_brackets_in_strings_are_not_depth() -> None:
    body = json.dumps({"a": "[" * 100 + '\\"{'}).encode()
    assert read_json(body) == json.loads(body)


def test_the_bounds_are_read() -> None:
    assert read_json(b"[9007199254740992,-9007199254740992,1.5,true,null]")
    assert read_json(nested(DEEPEST))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.text().filter(lambda text: not is_odd(text)),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_written_plainly_is_read_as_it_stands(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(BadInput):
        read_json(body)


@given(st.text(st.characters()))
def test_what_is_left_without_odd_characters_has_none(text: str) -> None:
    assert not is_odd(without_odd(text))
    assert without_odd("a\tb\r\nc") == "a\tb\r\nc"
