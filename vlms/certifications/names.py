"""What a certification's key in the journal stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.models import Certification
from vlms.web.locales import name_of


def name_certifications(session: Session, keys: Collection[str]) -> Mapping[str, str]:
    found = session.scalars(select(Certification).where(Certification.key.in_(keys)))
    return {one.key: name_of(one) for one in found}
