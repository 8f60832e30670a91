"""A post proves who sent it and when: by the scheme of Standard Webhooks."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.bounces import signed
from vlms.core.webhooks import WINDOW, Unsigned, check_signature, read_secret, sign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY, OTHER = b"k" * 32, b"o" * 32
BODY = b'{"type": "message.bounced"}'


def test_the_published_example_is_signed_alike() -> None:
    """From the specification's own reference."""
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_now_is_taken_also_beside_an_older_secret() -> None:
    header = signed(KEY, BODY, NOW)
    check_signature(KEY, header, BODY, NOW)
    older = signed(OTHER, BODY, NOW)["webhook-signature"]
    check_signature(
        KEY, header | {"webhook-signature": f"{older} {header['webhook-signature']}"}, BODY, NOW
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "９" * 10},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "\u00ff"},
        {"webhook-signature": signed(OTHER, BODY, NOW)["webhook-signature"]},
        {"webhook-signature": "x " * 5000},
    ],
)
def test_anything_changed_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Unsigned):
        check_signature(KEY, signed(KEY, BODY, NOW) | changes, BODY, NOW)


def test_another_body_is_refused() -> None:
    with pytest.raises(Unsigned):
        check_signature(KEY, signed(KEY, BODY, NOW), BODY + b" ", NOW)


@pytest.mark.parametrize("away", [WINDOW, -WINDOW])
def test_a_copy_is_worth_nothing_later(away: timedelta) -> None:
    header = signed(KEY, BODY, NOW)
    check_signature(KEY, header, BODY, NOW + away)
    with pytest.raises(Unsigned):
        check_signature(KEY, header, BODY, NOW + away + away / abs(away.total_seconds()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "whsec_AAAA",
        base64.b64encode(KEY).decode(),
        "whsec_!!!",
        "whsec_é",
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_a_weak_or_foreign_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        read_secret(text)
