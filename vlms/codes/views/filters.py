"""The filter of codes in an address."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from vlms.codes.queries import CodeFilter
from vlms.codes.rules.shown_state import Shown
from vlms.core.text import _
from vlms.web.pages import wanted

HORIZONS = {str(days): _("within %(days)s days, unused", days=days) for days in (30, 60, 90)}
ONLY = {
    "unassigned": _("not assigned"),
    "unclaimed": _("assigned, never claimed"),
    "unused": _("claimed, not used"),
    "used": _("used or activated"),
    "in_stock": _("available, in no file"),
    "taken_out": _("left as a file, nobody's"),
    "in_delay": _("assignment can be called back"),
}


def wanted_codes(read: Callable[[str], str | None] = wanted) -> CodeFilter:
    """What the address asks for, or was asked; what cannot be read counts as not given."""
    within = read("within")
    return CodeFilter(
        state=_shown(read("state")),
        product_id=key_in(read("product")),
        agreement_id=key_in(read("agreement")),
        batch_id=key_in(read("batch")),
        person_id=key_in(read("person")),
        school_id=key_in(read("school")),
        within=int(within) if within in HORIZONS else None,
        only=only if (only := read("only")) in ONLY else None,
        words=read("q"),
    )


def key_in(text: str | None) -> UUID | None:
    """A key in an address, or None for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _shown(text: str | None) -> Shown | None:
    return Shown(text) if text in set(Shown) else None
