"""Certificates as the papers that are drawn of them: words of their day, look of their design."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from vlms.academy.errors import AcademyRefused
from vlms.academy.exports.certificates import Look, Paper
from vlms.academy.models.benefits import CertificateDesign, CourseCertificate
from vlms.academy.service.certificates import MOST_AT_ONCE, token_of
from vlms.accounts.models import Organisation
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.text import _

# Whoever sees a certificate sees its look, also a holder, who sees no school's designs.
_LOOKING = System("the designs of certificates that were found")


def papers_of(
    certificates: Sequence[CourseCertificate], key: bytes, base_url: str
) -> Iterator[Paper]:
    """The valid ones, in their order; `key` is the link key.

    Raises AcademyRefused when none is valid or there are too many for one file.
    """
    valid = [one for one in certificates if one.revoked_at is None]
    if not 0 < len(valid) <= MOST_AT_ONCE:
        raise AcademyRefused(
            "A3",
            _("%(count)s valid certificates would stand in the file.", count=len(valid)),
            reason="no_papers",
            way_out=_(
                "Choose from 1 to %(most)s; revoked ones are not printed.", most=MOST_AT_ONCE
            ),
        )
    looks, owners = _looks({one.design_id for one in valid}), _owners(valid)
    for one in valid:
        yield Paper(
            number=one.number,
            name=one.name,
            latin_name=one.latin_name,
            school_name=one.school_name,
            latin_school_name=one.latin_school_name,
            institution_name=one.institution_name,
            latin_institution_name=one.latin_institution_name,
            title_en=one.title_en,
            title_zh=one.title_zh,
            hours=one.hours,
            completed_on=one.completed_on,
            link=f"{base_url}/certificates/{token_of(key, one)}",
            look=looks[one.design_id],
            has_roc_years=owners[one.organisation_id],
        )


def sample_paper(
    names: tuple[str, str], design: CertificateDesign | None, day: date, link: str
) -> Paper:
    """A paper for nobody, to see a design by; `names` are the institution's and the school's."""
    institution_name, school_name = names
    return Paper(
        number="C-0000-000000",
        name="○○○",
        latin_name="SAMPLE – NOT VALID",
        school_name=school_name,
        latin_school_name=design.latin_school_name if design else "",
        institution_name=institution_name,
        latin_institution_name=design.latin_institution_name if design else "",
        title_en="Sample course",
        title_zh="課程名稱範例",
        hours=36,
        completed_on=day,
        link=link,
        look=look_of(design) if design else Look(),
    )


def _looks(design_ids: Collection[UUID]) -> Mapping[UUID, Look]:
    statement = (
        select(CertificateDesign)
        .where(CertificateDesign.id.in_(design_ids))
        .options(undefer(CertificateDesign.logo), undefer(CertificateDesign.signature))
    )
    with reading(_LOOKING) as session:
        return {design.id: look_of(design) for design in session.scalars(statement)}


def look_of(design: CertificateDesign) -> Look:
    return Look(
        design.layout, design.signer_name, design.signer_title, design.logo, design.signature
    )


def _owners(certificates: Sequence[CourseCertificate]) -> Mapping[UUID, bool]:
    """Whether each institution's papers count years from the Republic's first."""
    keys = {one.organisation_id for one in certificates}
    with reading(_LOOKING) as session:
        found = session.scalars(select(Organisation).where(Organisation.id.in_(keys)))
        return {one.id: one.has_roc_years for one in found}
