"""How a school's certificates look (A3): its layout, logo, signature and signer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from vlms.academy.layout_keys import LAYOUT_WORDS, USUAL_LAYOUT
from vlms.academy.models.benefits import CertificateDesign
from vlms.academy.service.pictures import read_picture
from vlms.accounts.queries import get_school
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class DesignFacts:
    """What is entered. A picture is None to keep the one that is there, empty to take it away."""

    layout: str = USUAL_LAYOUT
    latin_school_name: str = ""
    signer_name: str = ""
    signer_title: str = ""
    logo: bytes | None = None
    signature: bytes | None = None
    latin_institution_name: str = ""


def find_design(session: Session, school_id: UUID) -> CertificateDesign | None:
    """The design of new certificates, with its pictures."""
    return session.scalar(
        select(CertificateDesign)
        .where(CertificateDesign.school_id == school_id, CertificateDesign.ended_at.is_(None))
        .options(undefer(CertificateDesign.logo), undefer(CertificateDesign.signature))
    )


def with_drawn_pictures(facts: DesignFacts) -> DesignFacts:
    """The facts with the pictures that would be kept.

    Drawn before any work begins, since a hostile one takes long; again they are drawn at once.
    Raises BadInput.
    """
    return replace(
        facts,
        logo=facts.logo and read_picture(facts.logo, "logo"),
        signature=facts.signature and read_picture(facts.signature, "signature"),
    )


def save_design(work: Work, organisation_id: UUID, school_id: UUID, facts: DesignFacts) -> None:
    """Make this the design of new certificates; those that are issued keep theirs.

    Raises Forbidden, NotFound, BadInput for a picture that is none, Conflict in a race.
    """
    work.actor.require(Permission.ISSUE_CERTIFICATES)
    school = get_school(work.session, organisation_id, school_id)
    if facts.layout not in LAYOUT_WORDS:
        raise BadInput("A3", _("There is no such layout."), field="layout")
    before = find_design(work.session, school.id)
    logo = _picture(facts.logo, before.logo if before else None, "logo")
    signature = _picture(facts.signature, before.signature if before else None, "signature")
    work.does("certificate_design.saved")
    with refusing_doubles(work, uq_certificate_design=_saved_meanwhile()):
        if before is not None:
            before.ended_at = work.now
            work.flush()
        work.session.add(
            CertificateDesign(
                organisation_id=school.organisation_id,
                school_id=school.id,
                layout=facts.layout,
                latin_school_name=facts.latin_school_name,
                latin_institution_name=facts.latin_institution_name,
                signer_name=facts.signer_name,
                signer_title=facts.signer_title,
                has_logo=logo is not None,
                has_signature=signature is not None,
                logo=logo,
                signature=signature,
                created_at=work.now,
            )
        )


def _saved_meanwhile() -> Conflict:
    return Conflict(
        "A3",
        _("What you saw has changed meanwhile, so nothing was done."),
        reason="design_moved",
        way_out=_("Load the page again to see how things stand."),
    )


def design_for(work: Work, organisation_id: UUID, school_id: UUID) -> CertificateDesign:
    """The school's design; a plain one is made for a school that has chosen none."""
    found = find_design(work.session, school_id)
    if found is None:
        save_design(work, organisation_id, school_id, DesignFacts())
        found = find_design(work.session, school_id)
    assert found is not None
    return found


def _picture(sent: bytes | None, before: bytes | None, field: str) -> bytes | None:
    if sent is None:
        return before
    return read_picture(sent, field) if sent else None
