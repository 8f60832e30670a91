"""Tells holders, once for each window, that it is open (R5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.needs import life_of
from vlms.certifications.queries.windows import Place, list_untold
from vlms.certifications.rules.activity import check_active
from vlms.certifications.rules.renewal import ZONE, RenewalTerms, window
from vlms.certifications.terms import renewal_terms
from vlms.core.attempts import OpenWork, in_work
from vlms.core.scoping import guarded_update
from vlms.core.versions import Version
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many

# So many a piece, so that others are not kept waiting.
AT_ONCE = 200


@dataclass(frozen=True)
class Piece:
    """How many were told, and behind which the next piece begins; None when there is none."""

    told: int
    last: Place | None


def tell_windows(open_work: OpenWork) -> int:
    """Everybody whose window is open and who has not been told; how many notices."""
    piece = in_work(open_work, _piece_after(None))
    count = piece.told
    while piece.last is not None:
        piece = in_work(open_work, _piece_after(piece.last))
        count += piece.told
    return count


def _piece_after(last: Place | None) -> Callable[[Work], Piece]:
    return lambda work: tell_piece(work, last)


def tell_piece(work: Work, last: Place | None, at_once: int = AT_ONCE) -> Piece:
    """A notice is unique by certification and window: of two workers one tells."""
    today = work.today(ZONE)
    version = renewal_terms(today)
    found = list_untold(work.session, (today, version.terms), last, at_once)
    due = [(one, day) for one, day in found if _is_open(one, day, today, version)]
    told = post_many(work, [(_mail(one, day, today), _holder(one)) for one, day in due])
    marked = HeldCertification.id.in_([one.id for one, _day in due])
    guarded_update(work.session, HeldCertification, marked, told_for=HeldCertification.expires_on)
    if len(found) < at_once:
        return Piece(len(told), None)
    one, day = found[-1]
    return Piece(len(told), (day, one.id))


def _is_open(
    held: HeldCertification, last_day: date, today: date, version: Version[RenewalTerms]
) -> bool:
    if today < window(last_day, version.terms).opens_on:
        return False
    try:
        check_active(life_of(held.certification), today, version)
    except RenewalRefused:
        return False
    return True


def _mail(held: HeldCertification, last_day: date, today: date) -> Mail:
    facts = {
        "certification_en": held.certification.name_en,
        "certification_zh": held.certification.name_zh,
        "last_day": last_day.isoformat(),
        "days_left": (last_day - today).days,
        "path": f"/my/certifications/{held.id}",
    }
    key = f"renewal_window:{held.id}:{last_day.isoformat()}"
    return Mail("renewal_window", held.id, key, held.organisation_id, facts=facts)


def _holder(held: HeldCertification) -> Recipient:
    person = held.person
    return Recipient(person.name, person.email or "", person.language, person.id)
