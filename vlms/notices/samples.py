"""Made-up facts for looking at a letter before anything has happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vlms.core.language import Language
from vlms.notices.models import LetterVersion, OutboxMessage
from vlms.notices.rules.letter_text import Wording

_HALF_A_YEAR = timedelta(days=182)


def sample_facts(organisation_name: str, now: datetime) -> dict[str, Any]:
    """What every letter can tell, none of it true but the organisation's name."""
    return {
        "organisation": organisation_name,
        "product_en": "Exam voucher",
        "product_zh": "認證考試券",
        "certification_en": "Microsoft Certified: Azure Administrator Associate",
        "certification_zh": "Microsoft 認證：Azure 系統管理員 Associate",
        "last_day": (now + _HALF_A_YEAR).date().isoformat(),
        "zone": "Asia/Taipei",
        "count": 40,
        "order": "A-000001-01",
        "agreement": "A-000001",
        "batch": "B-000001",
        "pack": "P-000001",
        "provider": None,
        "support_name": organisation_name,
        "support_email": "support@example.org",
        "lines": [{"quantity": 40, "product_en": "Exam voucher", "product_zh": "認證考試券"}],
        "total_minor": 480_000,
        "currency": "USD",
        "purchase_order": None,
        "path": "/my/codes/",
        "days_left": 30,
    }


def sample_message(
    template: str, facts: dict[str, Any], name: str, language: Language
) -> OutboxMessage:
    """A message that is never kept, to be written out with these facts."""
    return OutboxMessage(
        template=template, facts=facts, to_name=name, language=language, link_id=None
    )


def sample_version(wording: Wording) -> LetterVersion:
    """A wording that is never kept, to be looked at before it is saved."""
    return LetterVersion(
        subject=wording.subject,
        text=wording.text,
        signature=wording.signature,
        reply_name=wording.reply_name,
    )
