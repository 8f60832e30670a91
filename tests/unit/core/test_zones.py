"""Time zones are called by the time of their city."""

from __future__ import annotations

import pytest

from vlms.core.reading import zones
from vlms.core.zones import bracketed_zone, shown_zones, zone_name


@pytest.mark.parametrize(
    ("zone", "english", "chinese"),
    [
        ("Asia/Taipei", "Taipei time", "臺北時間"),
        ("America/New_York", "New York time", "紐約時間"),
        ("Asia/Hong_Kong", "Hong Kong time", "香港時間"),
        ("Asia/Kolkata", "Kolkata time", "Kolkata 時間"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "Buenos Aires 時間"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_named_for_its_reader(zone: str, english: str, chinese: str) -> None:
    assert (str(zone_name(zone)), zone_name(zone).chinese) == (english, chinese)
    assert bracketed_zone(zone).chinese == f"（{chinese}）"
    assert str(bracketed_zone(zone)) == f" ({english})"


def test_every_zone_that_can_be_chosen_has_a_name() -> None:
    named = {str(zone_name(zone)) for zone in zones()}
    assert all(name.endswith(" time") and "/" not in name for name in named - {"UTC"})
    assert len(named) > 380


def test_of_several_zones_with_one_name_one_is_shown() -> None:
    shown = shown_zones()
    assert {str(zone_name(zone)) for zone in shown} == {str(zone_name(zone)) for zone in zones()}
    assert len({zone_name(zone).chinese for zone in shown}) == len(shown)
    assert {"Asia/Kolkata", "America/New_York", "Europe/Istanbul", "Europe/Kyiv"} <= set(shown)
    assert not {"Asia/Calcutta", "US/Eastern", "Asia/Istanbul", "Europe/Kiev"} & set(shown)
