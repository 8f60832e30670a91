"""Uploaded files that hold codes: kept for their day sealed with the master key.

No code lies in the database as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from vlms.codes.errors import CustodyRefused
from vlms.core.errors import Topic
from vlms.core.keys import KEY_ID_LENGTH, KeyRing
from vlms.core.masters import current_ring, find_master
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.uploads import Upload, keep_upload
from vlms.core.work import Work
from vlms.keys.envelope import open_by_master, seal_by_master


def keep_sealed(
    work: Work,
    purpose: str,
    file: tuple[str, Any],
    remark: Mapping[str, Any],
    organisation_id: UUID | None = None,
) -> Upload:
    """Keep a file's name and content (plain values), and what was said about it, for a day."""
    filename, content = file
    seal_id = new_id()
    text = json.dumps(content, ensure_ascii=False)
    return keep_upload(
        work,
        purpose,
        (filename, seal_by_master(current_ring(work.keys), None, seal_id, text)),
        organisation_id=organisation_id,
        remark=json.dumps({"seal": str(seal_id), **remark}),
    )


def open_sealed(keys: KeyRing, upload: Upload) -> tuple[Any, Mapping[str, Any]]:
    """The content that was kept, and what was said about it. Raises CustodyRefused."""
    remark = json.loads(upload.remark)
    master = find_master(keys, upload.body[:KEY_ID_LENGTH].decode("ascii", errors="replace"))
    try:
        text = open_by_master(master or b"", None, UUID(remark["seal"]), upload.body)
    except (InvalidTag, ValueError):
        raise _unreadable() from None
    return json.loads(text), remark


def _unreadable() -> CustodyRefused:
    return CustodyRefused(
        "C8",
        _("This file cannot be opened with the keys that are in use."),
        way_out=_("Nothing is lost yet: ask the operator to check the key file."),
        ask=Topic.CODES,
    )
