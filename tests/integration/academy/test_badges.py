"""Certificates as Open Badges 3.0: signed with EdDSA, verified by others' means."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from flask import Flask
from jsonschema import Draft201909Validator

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_certificates import make_certificates, make_course
from tests.support.making_imagine import make_academic_shop, make_placed_person, make_school
from tests.support.open_badges import ACHIEVEMENT_CREDENTIAL
from vlms.academy.errors import AcademyRefused
from vlms.academy.models.benefits import CourseCertificate
from vlms.academy.service.badge_keys import find_public_key, public_keys, signing_key
from vlms.academy.service.badges import badge_jwt, revocation_list
from vlms.academy.service.certificates import revoke_certificate, token_of
from vlms.accounts.models import PlaceRole
from vlms.core.keys import KeyRing, make_key_ring
from vlms.core.work import key_ring

BASE = "https://vlms.example"


def certificate(clock: StillClock) -> CourseCertificate:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        school = make_school(work, shop, "管理學院")
        student = make_placed_person(work, shop, school, "王小明", PlaceRole.STUDENT)
        student.latin_name = "WANG, HSIAO-MING"
        return make_certificates(work, shop, make_course(work, shop), school, student)[0]


def verified(signed: str, ring: KeyRing) -> dict[str, Any]:
    """What PyJWT reads with the public key that the badge names."""
    kid = jwt.get_unverified_header(signed)["kid"]
    assert kid.startswith(f"{BASE}/.well-known/badge-keys/")
    jwk = find_public_key(ring, kid.rpartition("/")[2])
    assert jwk is not None
    return dict(jwt.decode(signed, jwt.PyJWK(dict(jwk)).key, algorithms=["EdDSA"]))


def test_pyjwt_verifies_a_badge_with_the_public_key(app: Flask, clock: StillClock) -> None:
    made = certificate(clock)
    told = verified(badge_jwt(made, key_ring(), BASE), key_ring())
    assert told["iss"] == told["issuer"]["id"]
    assert told["jti"] == told["id"]
    assert told["sub"] == told["credentialSubject"]["id"]
    names = [one["identityHash"] for one in told["credentialSubject"]["identifier"]]
    assert names == ["王小明", "WANG, HSIAO-MING"]
    assert told["credentialSubject"]["achievement"]["name"] == "Data analysis"


def test_a_badge_with_a_changed_payload_is_not_verified(app: Flask, clock: StillClock) -> None:
    """The negative control: one name changed, the signature as it was."""
    header, payload, signature = badge_jwt(certificate(clock), key_ring(), BASE).split(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=="))
    told["credentialSubject"]["identifier"][0]["identityHash"] = "李大華"
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    with pytest.raises(jwt.InvalidSignatureError):
        verified(f"{header}.{forged}.{signature}", key_ring())


def test_another_installations_key_verifies_nothing(app: Flask, clock: StillClock) -> None:
    signed = badge_jwt(certificate(clock), key_ring(), BASE)
    other = signing_key(make_key_ring()).jwk
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(signed, jwt.PyJWK(dict(other)).key, algorithms=["EdDSA"])


def test_a_badge_follows_the_specifications_schema(app: Flask, clock: StillClock) -> None:
    told = verified(badge_jwt(certificate(clock), key_ring(), BASE), key_ring())
    validator = Draft201909Validator(ACHIEVEMENT_CREDENTIAL)
    assert [error.message for error in validator.iter_errors(told)] == []


@pytest.mark.parametrize("missing", ["@context", "id", "type", "issuer", "validFrom"])
def test_a_badge_without_a_required_part_does_not_follow_it(
    app: Flask, clock: StillClock, missing: str
) -> None:
    told = verified(badge_jwt(certificate(clock), key_ring(), BASE), key_ring())
    del told[missing]
    assert not Draft201909Validator(ACHIEVEMENT_CREDENTIAL).is_valid(told)


def test_what_a_former_key_signed_is_still_verified(app: Flask, clock: StillClock) -> None:
    signed = badge_jwt(certificate(clock), key_ring(), BASE)
    fresh = make_key_ring()
    turned = replace(
        key_ring(),
        master_id=fresh.master_id,
        master=fresh.master,
        former={key_ring().master_id: key_ring().master},
    )
    assert len(public_keys(turned)) == 2
    assert verified(signed, turned)["issuer"]["name"] == "管理學院"


def test_no_private_part_is_published() -> None:
    ring = make_key_ring()
    assert set(public_keys(ring)[0]) == {"crv", "kty", "x", "alg", "use", "kid"}
    assert ring.master.hex() not in json.dumps(public_keys(ring))


def test_a_revoked_badge_stands_in_the_list_that_it_names(app: Flask, clock: StillClock) -> None:
    made = certificate(clock)
    told = verified(badge_jwt(made, key_ring(), BASE), key_ring())
    with making(clock()) as work:
        listed = revocation_list(work.session, made.school_id, BASE)
        assert (listed["id"], listed["revokedCredential"]) == (told["credentialStatus"]["id"], [])
        revoked = revoke_certificate(work, made.id, "by mistake")
        listed = revocation_list(work.session, made.school_id, BASE)
        assert [one["id"] for one in listed["revokedCredential"]] == [told["id"]]
        # Anybody reads the list: it must open nobody's certificate.
        token = token_of(key_ring().link, made)
        assert told["evidence"][0]["id"] == f"{BASE}/certificates/{token}"
        assert token not in json.dumps(listed)
        with pytest.raises(AcademyRefused):
            badge_jwt(revoked, key_ring(), BASE)
