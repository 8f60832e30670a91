"""Certificates as Open Badges 3.0 credentials: VC-JWT, signed with EdDSA.

The credential tells what the paper tells. Its `kid` is the public address of the key, and its
status list tells a verifier whether it was revoked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.errors import AcademyRefused
from vlms.academy.models.benefits import CourseCertificate
from vlms.academy.service.badge_keys import encode, signing_key
from vlms.academy.service.certificates import token_of
from vlms.core.keys import KeyRing
from vlms.core.text import _

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)


def badge_jwt(certificate: CourseCertificate, ring: KeyRing, base_url: str) -> str:
    """The signed credential. Raises AcademyRefused for a certificate that was revoked."""
    if certificate.revoked_at is not None:
        raise AcademyRefused(
            "A3",
            _("The certificate %(number)s was revoked.", number=certificate.number),
            reason="certificate_revoked",
            way_out=_("No badge is made of it any more."),
        )
    key = signing_key(ring)
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{base_url}/.well-known/badge-keys/{key.kid}"}
    payload = credential(certificate, token_of(ring.link, certificate), base_url)
    signed = f"{_part(header)}.{_part(payload)}"
    return f"{signed}.{encode(key.private.sign(signed.encode('ascii')))}"


def credential(certificate: CourseCertificate, token: str, base_url: str) -> dict[str, Any]:
    """The AchievementCredential with the claims that a JWT adds."""
    subject = _subject(certificate)
    key = credential_id(certificate)
    return {
        "@context": list(CONTEXTS),
        "id": key,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.title_en,
        "issuer": _issuer(certificate),
        "validFrom": _instant(certificate.issued_at),
        "awardedDate": f"{certificate.completed_on.isoformat()}T00:00:00Z",
        "credentialSubject": subject,
        "evidence": [
            {
                "id": f"{base_url}/certificates/{token}",
                "type": ["Evidence"],
                "name": "The certificate's public page",
            }
        ],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": revocations_address(base_url, certificate.school_id),
            "type": "1EdTechRevocationList",
        },
        "iss": f"urn:uuid:{certificate.school_id}",
        "sub": subject["id"],
        "jti": key,
        "nbf": int(certificate.issued_at.timestamp()),
    }


def _issuer(certificate: CourseCertificate) -> dict[str, Any]:
    """The school, as a part of its institution."""
    profile: dict[str, Any] = {
        "id": f"urn:uuid:{certificate.school_id}",
        "type": ["Profile"],
        "name": certificate.school_name,
    }
    if certificate.institution_name:
        profile["parentOrg"] = {
            "id": f"urn:uuid:{certificate.organisation_id}",
            "type": ["Profile"],
            "name": certificate.institution_name,
        }
    return profile


def credential_id(certificate: CourseCertificate) -> str:
    """By which the list of revocations names it: whoever reads that opens no certificate."""
    return f"urn:uuid:{certificate.id}"


def _subject(certificate: CourseCertificate) -> dict[str, Any]:
    narrative = "Completed the course"
    if certificate.hours is not None:
        narrative += f" of {certificate.hours} hours"
    return {
        "id": f"urn:uuid:{certificate.person_id}",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": False,
                "identityHash": name,
            }
            for name in dict.fromkeys((certificate.name, certificate.latin_name))
            if name
        ],
        "achievement": {
            "id": f"urn:uuid:{certificate.course_id}",
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "name": certificate.title_en,
            "description": f"{certificate.title_en} / {certificate.title_zh}",
            "criteria": {"narrative": f"{narrative} at {certificate.school_name}."},
        },
    }


def revocations_address(base_url: str, school_id: UUID) -> str:
    return f"{base_url}/.well-known/badge-revocations/{school_id}"


def revocation_list(session: Session, school_id: UUID, base_url: str) -> dict[str, Any]:
    """Which credentials of a school were revoked (1EdTechRevocationList)."""
    found: Sequence[CourseCertificate] = session.scalars(
        select(CourseCertificate)
        .where(CourseCertificate.school_id == school_id, CourseCertificate.revoked_at.is_not(None))
        .order_by(CourseCertificate.id)
    ).all()
    return {
        "id": revocations_address(base_url, school_id),
        "issuer": f"urn:uuid:{school_id}",
        "revokedCredential": [{"id": credential_id(one), "revoked": True} for one in found],
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _part(value: dict[str, Any]) -> str:
    return encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
