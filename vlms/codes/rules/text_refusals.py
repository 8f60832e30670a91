"""Why a text is no code (C7), said so that its holder finds the mistake."""

from __future__ import annotations

from vlms.codes.errors import BadCodeText
from vlms.core.text import Text, _

VC1_ALPHABET = _(
    "A code has the digits 0 to 9 and the letters A to Z without I, L, O and U. Compare it "
    "with your own page, or copy it from there."
)
PROVIDED_ALPHABET = _(
    "A provider's code has plain letters, digits and signs of the English keyboard only."
)


def missing() -> BadCodeText:
    """Nothing is left once separators are removed."""
    return BadCodeText(
        "C7",
        _("The code is missing."),
        reason="code_missing",
        field="code",
        way_out=_("Enter the code as it stands on your own page or in the list."),
    )


def bad_symbol(position: int, symbol: str, way_out: Text) -> BadCodeText:
    """The symbol at `position` (from 1, separators not counted) is in no code."""
    shown = symbol if symbol.isprintable() else f"U+{ord(symbol):04X}"
    return BadCodeText(
        "C7",
        _(
            "Symbol %(position)s of the code is “%(symbol)s”, which no code contains.",
            position=position,
            symbol=shown,
        ),
        reason="code_bad_symbol",
        field="code",
        way_out=way_out,
        facts={"position": position, "symbol": shown},
    )


def too_long(limit: int) -> BadCodeText:
    """More than `limit` symbols."""
    return BadCodeText(
        "C7",
        _("The code is longer than %(limit)s symbols.", limit=limit),
        reason="code_too_long",
        field="code",
        way_out=_("Enter one code only, without the words around it."),
        facts={"limit": limit},
    )


def too_short(count: int, least: int) -> BadCodeText:
    """Fewer than `least` symbols, which a cut-off cell of a list has."""
    return BadCodeText(
        "C7",
        _("A provider's code has at least %(least)s symbols.", least=least),
        reason="code_too_short",
        field="code",
        way_out=_("Look for symbols that were cut off."),
        facts={"count": count},
    )


def wrong_length(count: int) -> BadCodeText:
    """Not the 28 symbols of a `vc1` code."""
    return BadCodeText(
        "C7",
        _(
            "A code has 28 symbols in seven groups of four; symbols entered: %(count)s.",
            count=count,
        ),
        reason="code_wrong_length",
        field="code",
        way_out=_("Compare it group by group with your own page, or copy it from there."),
        facts={"count": count},
    )


def wrong_check() -> BadCodeText:
    """The check symbols do not fit; which symbol is wrong is never guessed."""
    return BadCodeText(
        "C7",
        _("The code is mistyped: a symbol is wrong, or two have changed places."),
        reason="code_wrong_check",
        field="code",
        way_out=_("Compare it group by group with your own page, or copy it from there."),
    )
