"""The first moment of a code (O1): nothing is usable before its agreement begins."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from vlms.codes.errors import StepRefused
from vlms.codes.rules.instants import as_utc
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.zones import zone_name


def check_usable(usable_at: datetime, used_at: datetime, zone: str) -> None:
    """Whether an exam may start, or a library be opened, at `used_at` (O1).

    A code may be issued, given and claimed before. Raises StepRefused, which names the
    first moment in `zone`.
    """
    if as_utc(used_at) >= as_utc(usable_at):
        return
    first = usable_at.astimezone(ZoneInfo(zone))
    raise StepRefused(
        "O1",
        _("The agreement has not begun by then, and nothing of it is usable before."),
        reason="code_not_usable_yet",
        field="starts_at",
        way_out=_(
            "Use the code from %(moment)s (%(zone)s) on.",
            moment=f"{first:%Y-%m-%d %H:%M}",
            zone=zone_name(zone),
        ),
        ask=Topic.CODES,
    )
