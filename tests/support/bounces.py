"""Reports of mail that came back, as mail servers write them, and posts of a mail provider."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from vlms.core.webhooks import sign


def report_of(
    message_id: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    diagnostic: str = "smtp; 550 5.1.1 no such user",
    original: str = "message/rfc822",
) -> bytes:
    """A delivery report (RFC 3464) about the mail with this Message-ID."""
    header = f"Message-ID: {message_id}\r\nSubject: A code is yours\r\n"
    given_back = f"{header}\r\nThe text.\r\n" if original == "message/rfc822" else header
    return f"""From: MAILER-DAEMON@mail.example\r
To: vlms@operator.example\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
It could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mail.example\r
\r
Final-Recipient: rfc822; ann@contoso.example\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: {diagnostic}\r
\r
--b\r
Content-Type: {original}\r
\r
{given_back}--b--\r
""".encode()


def post_of_bounce(message_id: str, **changes: Any) -> bytes:
    """What a mail provider posts."""
    told = {"message_id": message_id, "is_permanent": True, "reason": "550 no such user"}
    return json.dumps({"type": "message.bounced", "data": {**told, **changes}}).encode()


def signed(key: bytes, body: bytes, at: datetime, post_id: str = "msg_1") -> dict[str, str]:
    """The header of a post that is signed with this key."""
    seconds = int(at.timestamp())
    return {
        "webhook-id": post_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(key, post_id, seconds, body),
    }
