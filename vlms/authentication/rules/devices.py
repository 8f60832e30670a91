"""A device in words, from what its browser says, and a network without its last part."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

from vlms.core.text import Text, _

# The first name that stands in the text counts: Edge and Opera also say Chrome, Chrome Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str | None) -> Text:
    """As "Firefox, Windows"; what the browser says of itself is never shown as it came."""
    browser = _first(_BROWSERS, user_agent or "")
    system = _first(_SYSTEMS, user_agent or "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    if browser or system:
        return _("%(name)s, else unknown", name=browser or system or "")
    return _("Unknown device")


def shortened(address: str | None) -> str | None:
    """An address without its last part: enough to tell home from abroad."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return ".".join([*str(found).split(".")[:3], "…"])
    if found.ipv4_mapped is not None:
        return shortened(str(found.ipv4_mapped))
    return ":".join(found.exploded.split(":")[:3]) + "::…"


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((word for sign, word in names if sign in text), None)
