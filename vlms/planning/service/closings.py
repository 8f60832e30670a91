"""Draws closing certificates, keeps them until they are signed, and proves what was signed.

A certificate follows what is recorded late (C3) while nobody has signed it; what comes after
that makes a supplement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.sealing import seal
from vlms.core.term import ONE_DAY, whole_months
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.service.series import next_in_series
from vlms.planning.closing_words import fault_words
from vlms.planning.models.closings import Closing, ClosingPaper
from vlms.planning.queries.closing_figures import Drawn, draw
from vlms.planning.queries.closings import find_latest, find_predecessor, get_closing
from vlms.planning.rules.closing import (
    canonical,
    changes_between,
    digest_of,
    ends_by_product,
    faults_of,
    next_order,
    rows_of,
)

_SHAPE = 1


@dataclass(frozen=True)
class MadePaper:
    """A file of a certificate: "pdf" or "xlsx"."""

    language: Language
    form: str
    body: bytes


PaperMaker = Callable[[Closing], Iterable[MadePaper]]


def draw_so_far(session: Session, agreement: Agreement, now: datetime) -> Closing:
    """A certificate as it would be now: it has no number, is not kept and cannot be signed."""
    found = draw(session, agreement, now)
    return _row(agreement, _content(agreement, found, now), found, now)


def write_closing(work: Work, agreement: Agreement) -> Closing | None:
    """Keep what there is to certify of an agreement that has ended; None: nothing is new.

    An unsigned certificate is drawn again; a signed one gets a supplement where something
    was recorded since.
    """
    latest = find_latest(work.session, agreement.id)
    found = draw(work.session, agreement, work.now)
    if not found.bought:
        return None
    if latest is None or latest.is_signed:
        return _write_new(work, agreement, found, latest)
    return _draw_again(work, latest, found)


def sign_closing(work: Work, closing_id: UUID, seen: str, make_papers: PaperMaker) -> Closing:
    """Sign what the signer saw, by its digest; its papers are made and sealed at once.

    Raises Conflict when it is signed, withheld (I1), or something was recorded meanwhile.
    """
    work.actor.require(Permission.SIGN_CLOSINGS)
    closing = get_closing(work.session, closing_id)
    if closing.is_signed:
        raise _signed(closing)
    _draw_again(work, closing, draw(work.session, closing.agreement, work.now))
    refuse_withheld(closing)
    if closing.digest != seen:
        raise _moved()
    work.does("closing.signed")
    name = work.actor.name
    as_seen = (Closing.id == closing.id, Closing.signed_at.is_(None), Closing.digest == seen)
    changed = guarded_update(
        work.session, Closing, *as_seen, signed_at=work.now, signed_by=work.actor.user_id
    )
    if changed != 1:
        raise _signed(closing)
    work.session.refresh(closing)
    closing.signed_name = name
    closing.seal = seal(work.keys, signature_of(closing), place_of(closing))
    work.flush()
    for paper in make_papers(closing):
        _keep(work, closing, paper)
    work.flush()
    return closing


def refuse_withheld(closing: Closing) -> None:
    """Raises Conflict (I1) with the first number that differs."""
    if closing.faults:
        raise Conflict(
            None,
            _("This certificate is withheld. %(why)s", why=fault_words(closing.faults[0])),
            reason="closing_withheld",
            way_out=_("Ask the operator to look into it."),
        )


def signature_of(closing: Closing) -> bytes:
    """What the seal of a signed certificate holds."""
    at = closing.signed_at.astimezone(UTC).isoformat() if closing.signed_at else None
    name = closing.signed_name
    return canonical({"number": closing.number, "digest": closing.digest, "name": name, "at": at})


def place_of(closing: Closing, paper: ClosingPaper | MadePaper | None = None) -> str:
    """For where a seal is made, so that it opens nowhere else."""
    part = f":{paper.language.value}.{paper.form}" if paper else ""
    return f"closing:{closing.id}{part}"


def _write_new(
    work: Work, agreement: Agreement, found: Drawn, latest: Closing | None
) -> Closing | None:
    rows = {"rows": rows_of(found.bought, found.portions)}
    if latest is not None and ends_by_product(latest.content) == ends_by_product(rows):
        return None
    year = agreement.last_day.year
    work.does("closing.written")
    number = f"C-{year}-{next_in_series(work, f'closing-{year}'):06d}"
    content = _content(agreement, found, work.now, number, _follows(latest, rows))
    closing = _row(agreement, content, found, work.now)
    closing.sequence = 1 if latest is None else latest.sequence + 1
    with refusing_doubles(work, uq_closing_sequence=_written()):
        work.session.add(closing)
    return closing


def _draw_again(work: Work, closing: Closing, found: Drawn) -> Closing | None:
    rows = {"rows": rows_of(found.bought, found.portions)}
    follows = _follows(find_predecessor(work.session, closing), rows)
    content = _content(closing.agreement, found, work.now, closing.number, follows)
    faults = _faults(found)
    if (digest_of(content), faults) == (closing.digest, closing.faults):
        return None
    # Locks the row: whoever signs it at this moment has signed what they saw.
    unsigned = (Closing.id == closing.id, Closing.signed_at.is_(None))
    if guarded_update(work.session, Closing, *unsigned, drawn_at=Closing.drawn_at) != 1:
        return None
    work.does("closing.drawn_again")
    closing.content, closing.digest = content, digest_of(content)
    closing.faults, closing.drawn_at = faults, work.now
    work.flush()
    return closing


def _follows(former: Closing | None, rows: dict[str, Any]) -> dict[str, Any] | None:
    """Of a supplement: what it follows, and what has changed since."""
    if former is None:
        return None
    changes = changes_between(former.content, rows)
    return {"number": former.number, "digest": former.digest, "changes": changes}


def _row(agreement: Agreement, content: dict[str, Any], found: Drawn, now: datetime) -> Closing:
    return Closing(
        agreement=agreement,
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        number=content["number"],
        content=content,
        digest=digest_of(content),
        faults=_faults(found),
        drawn_at=now,
    )


def _faults(found: Drawn) -> list[dict[str, Any]]:
    return [fault.to_json() for fault in (*faults_of(found.bought, found.portions), *found.faults)]


def _content(
    agreement: Agreement,
    found: Drawn,
    now: datetime,
    number: str = "",
    follows: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Plain values alone: they are kept, hashed, and all that the papers say."""
    today = local_day(now, agreement.time_zone)
    until = min(today - ONE_DAY, agreement.last_day)
    months = {key: max(whole_months(day, until), 1) for key, day in found.begun.items()}
    return {
        "shape": _SHAPE,
        "number": number,
        "follows": follows,
        "until": until.isoformat(),
        "agreement": {
            "number": agreement.number,
            "organisation": agreement.organisation.name,
            "reseller": agreement.reseller.name if agreement.reseller else None,
            "programme": agreement.programme.value,
            "first_day": agreement.first_day.isoformat(),
            "last_day": agreement.last_day.isoformat(),
            "zone": agreement.time_zone,
        },
        "rows": rows_of(found.bought, found.portions),
        "next": next_order(found.bought, found.portions, months),
    }


def _keep(work: Work, closing: Closing, paper: MadePaper) -> None:
    work.session.add(
        ClosingPaper(
            organisation_id=closing.organisation_id,
            agreement_id=closing.agreement_id,
            closing_id=closing.id,
            language=paper.language,
            form=paper.form,
            digest=hashlib.sha256(paper.body).hexdigest(),
            sealed=seal(work.keys, paper.body, place_of(closing, paper)),
        )
    )


def _signed(closing: Closing) -> Conflict:
    return Conflict(
        None,
        _("%(number)s is signed, so nothing changes it any more.", number=closing.number),
        reason="closing_signed",
        way_out=_("What is recorded later makes a supplement to it."),
    )


def _written() -> Conflict:
    return Conflict(
        None,
        _("The certificate was written at this moment."),
        reason="closing_written",
        way_out=_("Load the page again, and look at it."),
    )


def _moved() -> Conflict:
    return Conflict(
        "C3",
        _("Something was recorded since you looked, so the figures have changed."),
        reason="closing_changed",
        way_out=_("Look through them again, then sign."),
    )
