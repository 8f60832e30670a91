"""Hands out the file of an export: by a link that opens once, in one session (C8)."""

from __future__ import annotations

import hmac
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.audit.service import journal
from vlms.codes.models import Code
from vlms.codes.service.steps_together import lock_codes
from vlms.core.errors import Gone, NotFound, Topic
from vlms.core.scoping import guarded_update
from vlms.core.sealing import unseal
from vlms.core.text import _
from vlms.core.tokens import random_text
from vlms.core.work import Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, CodeExportLink, CodeExportPart, ExportState
from vlms.disclosures.queries import codes_of, get_export
from vlms.disclosures.rules.limits import LINK_LASTS
from vlms.disclosures.service.conditions import check_may_disclose, is_free
from vlms.disclosures.service.making import place_of


def make_link(work: Work, export_id: UUID, session_id: UUID) -> str:
    """The secret of a new link of fifteen minutes; an earlier one ends.

    Raises NotFound for somebody else's export, Gone once there is no file.
    """
    export = _own_export(work, export_id)
    check_has_file(work, export)
    open_ones = (CodeExportLink.export_id == export.id, CodeExportLink.used_at.is_(None))
    still = CodeExportLink.expires_at > work.now
    guarded_update(work.session, CodeExportLink, *open_ones, still, expires_at=work.now)
    secret = random_text()
    work.session.add(
        CodeExportLink(
            organisation_id=export.organisation_id,
            agreement_id=export.agreement_id,
            export_id=export.id,
            secret_digest=_digest(work.keys.link, secret),
            session_id=session_id,
            made_at=work.now,
            expires_at=work.now + LINK_LASTS,
        )
    )
    _tell(work, export, "code_export.link_made")
    return secret


def find_link(session: Session, key: bytes, secret: str, session_id: UUID) -> CodeExportLink:
    """The link with this secret, in the session that asked for it. Raises NotFound elsewhere."""
    wanted = CodeExportLink.secret_digest == _digest(key, secret)
    found = session.scalar(select(CodeExportLink).where(wanted))
    if found is None or found.session_id != session_id:
        raise NotFound(None, _("There is no such link in this session."))
    return found


def take_by_link(work: Work, secret: str, session_id: UUID) -> tuple[CodeExport, bytes]:
    """The export and its file; send it only after the work is committed.

    Of several at once one gets it. Raises NotFound, Gone, and as `take_file` does.
    """
    link = find_link(work.session, work.keys.link, secret, session_id)
    mine = CodeExportLink.id == link.id
    unused = (CodeExportLink.used_at.is_(None), CodeExportLink.expires_at > work.now)
    if guarded_update(work.session, CodeExportLink, mine, *unused, used_at=work.now) != 1:
        raise link_over()
    return take_file(work, link.export_id)


def take_file(work: Work, export_id: UUID) -> tuple[CodeExport, bytes]:
    """The file for who asked for it, told to the journal once.

    Raises NotFound for somebody else's, Forbidden, Gone once it is removed, DisclosureRefused
    when one of its codes is no longer nobody's.
    """
    export = _own_export(work, export_id)
    check_has_file(work, export)
    note_taken(work, export)
    _check_none_given(work, export)
    parts = select(CodeExportPart).where(CodeExportPart.export_id == export.id)
    body = b"".join(
        unseal(work.keys, part.sealed_body, place_of(export.id, part.position))
        for part in work.session.scalars(parts.order_by(CodeExportPart.position))
    )
    _tell(work, export, "code_export.taken", file_count=export.file_count)
    return export, body


def check_has_file(work: Work, export: CodeExport) -> None:
    """Raises Gone when there is no file, or none any more."""
    is_there = export.state is ExportState.READY and export.part_count > 0
    if not is_there or export.file_until is None or export.file_until <= work.now:
        raise _file_gone()


def _file_gone() -> Gone:
    return Gone(
        "C8",
        _("The file of this export is not there; files are kept for a day."),
        reason="file_gone",
        way_out=_("Ask for a new export if the codes are still needed."),
    )


def note_taken(work: Work, export: CodeExport) -> None:
    """Its codes stay out of stock; of this and the file's removal, one comes first.

    Raises Gone when it was the removal.
    """
    there = (CodeExport.id == export.id, CodeExport.part_count > 0)
    first = func.coalesce(CodeExport.taken_at, work.now)
    if guarded_update(work.session, CodeExport, *there, taken_at=first) != 1:
        raise _file_gone()


def link_over() -> Gone:
    """Refuses a link that was used or is too old."""
    return Gone(
        "C8",
        _("This link has been used, or its fifteen minutes are over."),
        reason="link_over",
        way_out=_("Make a new link on the page of the export, as long as its file is there."),
    )


def _own_export(work: Work, export_id: UUID) -> CodeExport:
    check_may_disclose(work.actor)
    export = get_export(work.session, export_id)
    if export.asked_by != work.actor.user_id:
        raise NotFound(None, _("Only whoever asked for an export gets its file."))
    return export


def _check_none_given(work: Work, export: CodeExport) -> None:
    """The codes are held until the work ends, so that none is given away in between."""
    wanted = select(Code).where(Code.id.in_(codes_of(export.id))).order_by(Code.id)
    if all(is_free(code, work.now) for code in lock_codes(work, wanted, waits=True)):
        return
    raise DisclosureRefused(
        "C8",
        _(
            "Codes of this file were reserved, assigned or made void since it was made, or have "
            "expired."
        ),
        reason="codes_given",
        way_out=_(
            "Those left are available again once nobody fetched the file for a day; export then."
        ),
        ask=Topic.CODES,
    )


def _tell(work: Work, export: CodeExport, act: str, **facts: object) -> None:
    journal(work, act, ("code_export", export.id, export.organisation_id), after=facts)


def _digest(key: bytes, secret: str) -> str:
    """What the table keeps: the link's secret cannot be found from it."""
    return hmac.digest(key, b"code export|" + secret.encode(), "sha256").hex()
