"""Uploaded files that hold codes: kept for their day sealed with the master key.

No code lies in the database as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from vlms.codes.custody import Custody
from vlms.core.keys import KeyRing
from vlms.core.tokens import new_id
from vlms.core.uploads import Upload, keep_upload
from vlms.core.work import Work


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
        (filename, Custody(work.keys).seal(seal_id, None, text)),
        organisation_id=organisation_id,
        remark=json.dumps({"seal": str(seal_id), **remark}),
    )


def open_sealed(keys: KeyRing, upload: Upload) -> tuple[Any, Mapping[str, Any]]:
    """The content that was kept, and what was said about it."""
    remark = json.loads(upload.remark)
    content = json.loads(Custody(keys).open(UUID(remark["seal"]), None, upload.body))
    return content, remark
