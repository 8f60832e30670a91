"""A user's certification profiles, and what is known of them (R5). For a System scope."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import LinkPurpose, OneTimeLink, User
from vlms.authentication.models import MailedCode, SignInSession
from vlms.core.errors import NotFound, Topic
from vlms.core.sign_in_names import has_no_mail
from vlms.core.text import _
from vlms.partners.models.links import CertificationProfile, ProfileClaim
from vlms.partners.rules.profiles import CheckLine, ProfileFacts, checklist


def list_profiles(session: Session, user_id: UUID) -> Sequence[CertificationProfile]:
    """Those that were proved and have not ended, the first one first."""
    own = select(CertificationProfile).where(
        CertificationProfile.user_id == user_id, CertificationProfile.ended_at.is_(None)
    )
    return session.scalars(own.order_by(CertificationProfile.proved_at)).all()


def get_profile(session: Session, user_id: UUID, profile_id: UUID) -> CertificationProfile:
    """Raises NotFound, also for another user's."""
    for profile in list_profiles(session, user_id):
        if profile.id == profile_id:
            return profile
    raise NotFound(
        None,
        _("There is no such certification profile of yours."),
        ask=Topic.CERTIFICATION_PROFILES,
    )


def find_profile(session: Session, mcid: str) -> CertificationProfile | None:
    """The profile that runs with this MCID, whosever it is."""
    return session.scalar(
        select(CertificationProfile).where(
            CertificationProfile.mcid == mcid, CertificationProfile.ended_at.is_(None)
        )
    )


def find_claim(session: Session, user_id: UUID) -> ProfileClaim | None:
    """What the user wants to prove now."""
    return session.scalar(
        select(ProfileClaim).where(ProfileClaim.user_id == user_id, ProfileClaim.used_at.is_(None))
    )


def has_proved_address(session: Session, user: User) -> bool:
    """Whether the user has shown that they read the mail of the address they sign in with.

    By a link of a mail, or by a mailed code. Such an address never changes.
    """
    if has_no_mail(user.email):
        return False
    by_link = select(OneTimeLink.id).where(
        OneTimeLink.subject_id == user.id,
        OneTimeLink.purpose == LinkPurpose.SET_PASSWORD,
        OneTimeLink.used_at.is_not(None),
    )
    by_code = (
        select(MailedCode.id)
        .join(SignInSession, SignInSession.id == MailedCode.session_id)
        .where(SignInSession.user_id == user.id, MailedCode.used_at.is_not(None))
    )
    return any(session.scalar(proof.limit(1)) is not None for proof in (by_link, by_code))


def checklist_of(profiles: Sequence[CertificationProfile]) -> Sequence[CheckLine]:
    """R5, by what these profiles of a user say; the last one proved counts."""
    last = profiles[-1] if profiles else None
    return checklist(
        ProfileFacts(
            len(profiles),
            last.account_kind if last else None,
            last.email if last else None,
            last.learning_kind if last else None,
            last.learning_account if last else None,
            last is not None and last.is_learning_linked,
        )
    )
