"""What Open Badges 3.0 requires of an AchievementCredential, as a JSON schema.

Written by hand from the specification (1EdTech, Open Badges 3.0, appendix B: data models), with
its required properties, its closed objects and its enumerations as far as ours need them. It is
not the published schema file, which tests without a network cannot fetch.
"""

from __future__ import annotations

from typing import Any

_TYPES = {"type": "array", "minItems": 1, "items": {"type": "string"}}
_INSTANT = {
    "type": "string",
    "pattern": r"^-?[1-9]\d{3,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$",
}
_URI = {"type": "string", "pattern": r"^(https?://|urn:uuid:|did:)\S+$"}
_IDENTITY_TYPES = [
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "identifier",
]
_ACHIEVEMENT_TYPES = [
    "Achievement",
    "Badge",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "Course",
]
_ACHIEVEMENT = {
    "type": "object",
    "properties": {
        "id": _URI,
        "type": {**_TYPES, "contains": {"const": "Achievement"}},
        "achievementType": {"enum": _ACHIEVEMENT_TYPES},
        "name": {"type": "string", "minLength": 1},
        "description": {"type": "string", "minLength": 1},
        "criteria": {
            "type": "object",
            "properties": {"id": _URI, "narrative": {"type": "string"}},
            "anyOf": [{"required": ["id"]}, {"required": ["narrative"]}],
        },
    },
    "required": ["id", "type", "name", "description", "criteria"],
}
_IDENTITY = {
    "type": "object",
    "properties": {
        "type": {"const": "IdentityObject"},
        "hashed": {"type": "boolean"},
        "identityHash": {"type": "string", "minLength": 1},
        "identityType": {"enum": _IDENTITY_TYPES},
        "salt": {"type": "string"},
    },
    "required": ["type", "hashed", "identityHash", "identityType"],
    "additionalProperties": False,
}
ACHIEVEMENT_CREDENTIAL: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    "type": "object",
    "properties": {
        "@context": {
            "type": "array",
            "minItems": 2,
            "items": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d\.json$"},
            ],
        },
        "id": _URI,
        "type": {
            **_TYPES,
            "allOf": [
                {"contains": {"const": "VerifiableCredential"}},
                {"contains": {"enum": ["AchievementCredential", "OpenBadgeCredential"]}},
            ],
        },
        "name": {"type": "string", "minLength": 1},
        "issuer": {
            "type": "object",
            "properties": {
                "id": _URI,
                "type": {**_TYPES, "contains": {"const": "Profile"}},
                "name": {"type": "string"},
            },
            "required": ["id", "type"],
        },
        "validFrom": _INSTANT,
        "awardedDate": _INSTANT,
        "credentialSubject": {
            "type": "object",
            "properties": {
                "id": _URI,
                "type": {**_TYPES, "contains": {"const": "AchievementSubject"}},
                "identifier": {"type": "array", "items": _IDENTITY},
                "achievement": _ACHIEVEMENT,
            },
            "required": ["type", "achievement"],
            "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
        },
        "credentialSchema": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": _URI, "type": {"const": "1EdTechJsonSchemaValidator2019"}},
                "required": ["id", "type"],
            },
        },
        "credentialStatus": {
            "type": "object",
            "properties": {"id": _URI, "type": {"type": "string"}},
            "required": ["id", "type"],
        },
    },
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"],
}
