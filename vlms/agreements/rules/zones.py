"""Time zones suggested from an agreement's country."""

from __future__ import annotations

from vlms.core.errors import BadInput
from vlms.core.text import _

# Countries of several zones get that of their largest city of business.
_ZONES = {
    "AE": "Asia/Dubai",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "HK": "Asia/Hong_Kong",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "KW": "Asia/Kuwait",
    "MO": "Asia/Macau",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NL": "Europe/Amsterdam",
    "NZ": "Pacific/Auckland",
    "PH": "Asia/Manila",
    "PL": "Europe/Warsaw",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TW": "Asia/Taipei",
    "US": "America/Los_Angeles",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}


def suggested_zone(country: str) -> str | None:
    """The zone in which a country's agreements usually end; None where it must be chosen."""
    return _ZONES.get(country)


def zone_of(country: str) -> str:
    """The usual zone of a country. Raises BadInput where one must be chosen."""
    zone = suggested_zone(country)
    if zone is None:
        raise BadInput(
            None,
            _("No time zone is usual for %(country)s.", country=country),
            reason="zone_unknown",
            field="time_zone",
            way_out=_("Choose one from the list."),
        )
    return zone
