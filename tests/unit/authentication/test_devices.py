"""Devices in words, and networks without their last part."""

from __future__ import annotations

import pytest

from vlms.authentication.rules.devices import device_words, shortened

_MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{_MOZILLA} (Windows NT 10.0; rv:128.0) Gecko Firefox/128.0", "Firefox on Windows"),
        (f"{_MOZILLA} (X11; Linux x86_64) Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        (f"{_MOZILLA} (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        (f"{_MOZILLA} (iPhone; CPU iPhone OS 17) Version/17.5 Safari/604.1", "Safari on iPhone"),
        (f"{_MOZILLA} (Linux; Android 14) Chrome/126.0 Mobile Safari/537", "Chrome on Android"),
        ("Werkzeug/3.1", "Unknown device"),
        ("<b>Firefox/1</b>", "Firefox, else unknown"),
        (None, "Unknown device"),
    ],
)
def test_a_browser_is_named_by_words_of_ours(said: str | None, words: str) -> None:
    assert str(device_words(said)) == words


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.…"),
        ("::ffff:192.0.2.77", "192.0.2.…"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001::…"),
        ("nonsense", None),
        (None, None),
    ],
)
def test_an_address_loses_its_last_part(address: str | None, kept: str | None) -> None:
    assert shortened(address) == kept
