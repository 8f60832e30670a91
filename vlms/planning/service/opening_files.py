"""Workbooks of a moving-in between their dry run and the signature: sealed, for a day.

No code lies in the database as it is.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from uuid import UUID

from vlms.codes.service.sealed_uploads import keep_sealed, open_sealed
from vlms.core.keys import KeyRing
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.exports.reading import read_sheets
from vlms.exports.sheets import Limits
from vlms.exports.wire import dump_sheets, load_sheets
from vlms.planning.service.opening_plan import PURPOSE
from vlms.planning.service.opening_signing import Opening, may_move_in

LIMITS = Limits(body_bytes=10 * 1024**2, rows=20_000)


@dataclass(frozen=True)
class Workbook:
    """A file as it was uploaded."""

    filename: str
    body: bytes

    def opening(self, organisation_id: UUID, *, mails: bool = False) -> Opening:
        """Its sheets and its hash. Raises BadInput for a file that cannot be used at all."""
        sheets = read_sheets(io.BytesIO(self.body), self.filename, LIMITS)
        digest = hashlib.sha256(self.body).hexdigest()
        return Opening(organisation_id, self.filename, sheets, digest, mails)


def keep_opening(work: Work, opening: Opening, place_id: UUID | None) -> Upload:
    """Keep it in the workspace's organisation (None: the operator's). Raises Forbidden."""
    may_move_in(work)
    remark = {"organisation": str(opening.organisation_id), "digest": opening.digest}
    file = opening.filename, dump_sheets(opening.sheets)
    return keep_sealed(work, PURPOSE, file, remark, place_id)


def open_kept(keys: KeyRing, upload: Upload, *, mails: bool = False) -> Opening:
    """The workbook that was kept."""
    content, remark = open_sealed(keys, upload)
    return Opening(
        UUID(remark["organisation"]),
        upload.filename,
        load_sheets(content),
        remark["digest"],
        mails,
    )
