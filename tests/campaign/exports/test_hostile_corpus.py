"""Every hand-made hostile file through the child process that reads uploads: refused, and soon."""

from __future__ import annotations

import io
import time

import pytest

from tests.unit.exports.test_hostile_uploads import SOUND, TEXTS, WORKBOOKS
from vlms.core.errors import BadInput
from vlms.exports.reading import read_rows

SLOWEST = 2.0
ENDINGS = ("list.xls", "list.xlsm", "list.ods", "list", "list.csv.exe")


def corpus() -> dict[str, tuple[bytes, str, str]]:
    """The bytes, the name and the reason of the refusal of each file."""
    books = {f"xlsx: {name}": (make(), "a.xlsx", why) for name, (make, why) in WORKBOOKS.items()}
    texts = {f"csv: {name}": (body, "a.csv", why) for name, (body, why) in TEXTS.items()}
    endings = {f"name: {name}": (SOUND, name, "wrong_kind") for name in ENDINGS}
    return {**books, **texts, **endings}


@pytest.mark.campaign
def test_every_hostile_file_is_refused_within_two_seconds() -> None:
    files, slow = corpus(), {}
    for name, (body, filename, reason) in files.items():
        begun = time.monotonic()
        with pytest.raises(BadInput) as refused:
            read_rows(io.BytesIO(body), filename)
        took = time.monotonic() - begun
        assert refused.value.reason == reason, name
        if took > SLOWEST:
            slow[name] = round(took, 2)
    print(f"{len(files)} files, all refused; slower than {SLOWEST} s: {slow}")
    assert len(files) >= 60
    assert slow == {}
