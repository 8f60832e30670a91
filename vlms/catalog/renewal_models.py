"""Tables of what a certification needs, and of where it is renewed."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base
from vlms.core.scope import GLOBAL


class CertificationPrerequisite(Base):
    """One of a certification's prerequisites must be held on the day it is earned (R4)."""

    __tablename__ = "certification_prerequisite"
    visible = GLOBAL

    certification_key: Mapped[str] = mapped_column(
        ForeignKey("certification.key"), primary_key=True
    )
    needed_key: Mapped[str] = mapped_column(ForeignKey("certification.key"), primary_key=True)


class RenewalAssessment(Base):
    """Where the publisher gives the assessment that renews a certification, and in which
    languages: those of its exam (R2)."""

    __tablename__ = "renewal_assessment"
    visible = GLOBAL

    certification_key: Mapped[str] = mapped_column(
        ForeignKey("certification.key"), primary_key=True
    )
    address: Mapped[str] = mapped_column(String(300))
    # As in zh-TW.
    languages: Mapped[list[str]] = mapped_column(JSON)


class LearningModule(Base):
    """What prepares for an assessment, in the order in which it is shown (R2)."""

    __tablename__ = "learning_module"
    visible = GLOBAL

    certification_key: Mapped[str] = mapped_column(
        ForeignKey("renewal_assessment.certification_key"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
