"""Time zones are called by their city in Chinese, and stay themselves in English."""

from __future__ import annotations

import pytest

from vlms.core.zones import bracketed_zone, zone_name


@pytest.mark.parametrize(
    ("zone", "chinese"),
    [
        ("Asia/Taipei", "臺北時間"),
        ("America/New_York", "紐約時間"),
        ("Asia/Hong_Kong", "香港時間"),
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_for_its_reader(zone: str, chinese: str) -> None:
    assert (zone_name(zone).chinese, str(zone_name(zone))) == (chinese, zone)
    assert bracketed_zone(zone).chinese == f"（{chinese}）"
    assert str(bracketed_zone(zone)) == f" ({zone})"
