"""Signs an opening balance: everything of the workbook is written in one transaction.

What two sign at once is written once: an order's former number is unique in its organisation,
a code's text in the system, and the same content is signed once.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.accounts.queries import get_organisation
from vlms.accounts.service.limits import require_whole_organisation
from vlms.accounts.service.people_writing import (
    Source,
    begin_import,
    finish_import,
    pieces,
    write_piece,
)
from vlms.agreements.service.agreement_import import import_agreements
from vlms.core.doubles import broken_index
from vlms.core.errors import BadInput, Conflict
from vlms.core.keys import KeyRing
from vlms.core.permissions import Permission
from vlms.core.sealing import seal, unseal
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf
from vlms.exports.sheets import Sheet
from vlms.planning.models.openings import OpeningBalance
from vlms.planning.opening_paper import Signature, figures_of, opening_paper
from vlms.planning.rules.opening_sheets import SheetKey
from vlms.planning.service.opening_examining import examine_opening, sheets_of
from vlms.planning.service.opening_plan import OpeningPlan
from vlms.planning.service.opening_writing import write_orders

_BUYERS = frozenset({OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC})
_RACED = frozenset(
    {
        "uq_opening_balance_content",
        "uq_opening_order_number",
        "uq_code_text_index",
        "uq_entitlement",
        "uq_agreement_number",
    }
)


@dataclass(frozen=True)
class Opening:
    """A workbook, and which organisation moves in with it; `mails` tells holders of codes."""

    organisation_id: UUID
    filename: str
    sheets: Mapping[str, Sheet]
    # SHA-256 in hexadecimal of the file, so that who has it can prove what was signed.
    digest: str
    mails: bool = False


def may_move_in(work: Work) -> None:
    """Raises Forbidden for who works for some schools or agreements only."""
    work.actor.require(Permission.MOVE_IN)
    require_whole_organisation(work)


def require_buyer(organisation: Organisation) -> None:
    """Raises BadInput for an organisation that buys nothing."""
    if organisation.kind not in _BUYERS:
        raise BadInput(
            None,
            _("Only customers and academic institutions move in with orders and codes."),
            field="organisation",
            way_out=_("Choose one of them."),
        )


def sign_opening(work: Work, opening: Opening) -> OpeningBalance:
    """Write all of it and the signed paper.

    Raises BadInput while a row is wrong, Conflict when somebody else was faster. Then nothing
    is written.
    """
    may_move_in(work)
    organisation = get_organisation(work.session, opening.organisation_id)
    require_buyer(organisation)
    try:
        return _sign(work, opening, organisation)
    except IntegrityError as error:
        if broken_index(error) not in _RACED:
            raise
        raise raced() from error


def raced() -> Conflict:
    return Conflict(
        "C7",
        _("Some of these orders or codes are already held; nothing was written."),
        reason="already_held",
        way_out=_("Look at the workbook again: the rows concerned are then shown."),
    )


def _sign(work: Work, opening: Opening, organisation: Organisation) -> OpeningBalance:
    known, _problems = sheets_of(opening.sheets)
    _check_first(work, opening)
    agreements = known.get(SheetKey.AGREEMENTS)
    if agreements is not None and agreements.rows:
        import_agreements(work, agreements, organisation.id)
    plan = examine_opening(work.session, work.keys, organisation.id, opening.sheets, work.now)
    plan.require_sound()
    _write_people(work, opening, plan, known.get(SheetKey.PEOPLE))
    balance = _balance(work, opening, organisation, plan)
    write_orders(work, balance, plan, mails=opening.mails)
    return balance


def _check_first(work: Work, opening: Opening) -> None:
    """Before anything is written; the agreements' own faults are told with all others."""
    examine_opening(
        work.session, work.keys, opening.organisation_id, opening.sheets, work.now
    ).require_sound()


def _write_people(work: Work, opening: Opening, plan: OpeningPlan, sheet: Sheet | None) -> None:
    if plan.people is None or sheet is None:
        return
    begun = begin_import(work, Source(opening.organisation_id, opening.filename, sheet))
    for piece in pieces(plan.people):
        write_piece(work, begun.id, piece)
    finish_import(work, begun.id)


def _balance(
    work: Work, opening: Opening, organisation: Organisation, plan: OpeningPlan
) -> OpeningBalance:
    opened_on = work.today(organisation.time_zone)
    signed = Signature(
        organisation.name, work.actor.name, work.now, opened_on, opening.filename, opening.digest
    )
    out = io.BytesIO()
    write_pdf(opening_paper(plan, signed), out)
    paper, key = out.getvalue(), new_id()
    work.does("opening_balance.signed")
    balance = OpeningBalance(
        id=key,
        organisation_id=organisation.id,
        filename=opening.filename[-200:],
        opened_on=opened_on,
        content_digest=opening.digest,
        paper_digest=hashlib.sha256(paper).hexdigest(),
        signed_at=work.now,
        signed_by=work.actor.user_id,
        signed_name=work.actor.name,
        figures=figures_of(plan),
        sealed_paper=seal(work.keys, paper, _place(key)),
    )
    work.session.add(balance)
    work.flush()
    return balance


def paper_of(keys: KeyRing, balance: OpeningBalance) -> bytes:
    """The signed PDF. Raises RuntimeError when it is not the one that was signed."""
    paper = unseal(keys, balance.sealed_paper, _place(balance.id))
    if hashlib.sha256(paper).hexdigest() != balance.paper_digest:
        raise RuntimeError(f"the paper of {balance.id} is not the signed one")
    return paper


def _place(key: UUID) -> str:
    return f"opening_balance:{key}"
