"""What may be drawn from a quota, and given to it (A2, A3): the refusals with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vlms.academy.errors import DrawRefused, QuotaRefused
from vlms.core.errors import Topic
from vlms.core.text import Text, _


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a pack: who holds it, how many exams it has and how many of these are free.

    `free` is None where the asker may not see it.
    """

    holder: Text | str
    count: int
    free: int | None

    def __str__(self) -> str:
        if self.free is None:
            return str(_("%(holder)s (holds %(count)s)", holder=self.holder, count=self.count))
        return str(
            _(
                "%(holder)s (holds %(count)s, %(free)s of them free)",
                holder=self.holder,
                count=self.count,
                free=self.free,
            )
        )


def over_the_rest(asked: int, free: int, others: Sequence[Share], rule: str = "A2") -> DrawRefused:
    """More is asked than is free; `others` are those who hold the rest of the pack."""
    return DrawRefused(
        rule,
        _("%(asked)s exams were asked for and %(free)s are free here.", asked=asked, free=free),
        reason="over_the_rest",
        field="count",
        way_out=_with_the_rest(others),
        ask=Topic.CODES,
        facts={
            "asked": asked,
            "free": free,
            "others": [
                {"holder": str(one.holder), "count": one.count, "free": one.free} for one in others
            ],
        },
    )


def _with_the_rest(others: Sequence[Share]) -> Text:
    if not others:
        return _("Nobody holds another part of this pack. Take fewer, or order another pack.")
    return _(
        "The rest of the pack is with: %(holders)s. Take fewer, or ask for more quota.",
        holders=tuple(others),
    )


def outside_pack(day: date, first: date, last: date, rule: str = "A2") -> DrawRefused:
    """The exam's day is none of the pack's."""
    return DrawRefused(
        rule,
        _(
            "%(day)s is outside this pack, which holds from %(first)s to %(last)s.",
            day=day,
            first=first,
            last=last,
        ),
        reason="outside_pack",
        field="starts_at",
        way_out=_("Choose a day within it, or another pack."),
        ask=Topic.CODES,
    )


def outside_term(day: date, term: str, first: date, last: date) -> DrawRefused:
    """The exam's day is none of the term for which the quota was given."""
    return DrawRefused(
        "A2",
        _(
            "%(day)s is outside %(term)s (%(first)s to %(last)s), for which this quota was given.",
            day=day,
            term=term,
            first=first,
            last=last,
        ),
        reason="outside_term",
        field="starts_at",
        way_out=_("Choose a day of the term, or draw from another quota."),
    )


def done_before(rule: str = "A2") -> DrawRefused:
    """What is to be started or given back is not held any more: somebody was faster."""
    return DrawRefused(
        rule,
        _("These exams are no longer held in the pack; nothing was counted twice."),
        reason="not_reserved",
        way_out=_("Load the page again to see how it stands."),
    )


def more_than_free(asked: int, free: int, holder: Text | str) -> QuotaRefused:
    """F11: only what is free can be recalled or moved."""
    return QuotaRefused(
        "A2",
        _(
            "%(asked)s were to be taken back from %(holder)s and %(free)s are free there.",
            asked=asked,
            holder=holder,
            free=free,
        ),
        reason="more_than_free",
        field="count",
        way_out=_(
            "Take %(free)s or less; what is reserved comes free when its exam is cancelled or its "
            "candidate does not appear.",
            free=free,
        ),
        facts={"asked": asked, "free": free},
    )


def _from_the_others(others: Sequence[Share]) -> Text:
    if not others:
        return _("Give fewer, or order another pack.")
    return _(
        "These hold the others: %(holders)s. Give fewer, or take back first what is free there.",
        holders=tuple(others),
    )


def more_than_left(asked: int, left: int, others: Sequence[Share]) -> QuotaRefused:
    """A2: more is to be given than the pack has left."""
    return QuotaRefused(
        "A2",
        _(
            "%(asked)s were to be given and %(left)s of the pack are not given to anybody yet.",
            asked=asked,
            left=left,
        ),
        reason="more_than_left",
        field="count",
        way_out=_from_the_others(others),
        ask=Topic.CODES,
        facts={
            "asked": asked,
            "free": left,
            "others": [
                {"holder": str(one.holder), "count": one.count, "free": one.free} for one in others
            ],
        },
    )
