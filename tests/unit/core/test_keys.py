from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from vlms.core.commands import written
from vlms.core.keys import (
    KeyRing,
    KeysRefused,
    change_keys,
    fingerprint,
    format_keys,
    load_keys,
    make_key_ring,
    parse_keys,
    write_keys,
)
from vlms.core.links import read_link, sign_link

RING = KeyRing("0000000a", b"m" * 32, b"i" * 32, b"l" * 32, b"s" * 32, audit=b"a" * 32)
LINK = UUID("018f0000-0000-7000-8000-00000000002a")


def text_with(**changes: Any) -> str:
    return json.dumps({**json.loads(format_keys(RING)), **changes})


def test_new_keys_are_whole_and_all_different() -> None:
    ring = make_key_ring()
    assert parse_keys(format_keys(ring)) == ring
    assert len({ring.master, ring.index, ring.link, ring.session, ring.audit}) == 5
    assert make_key_ring() != ring


def test_a_file_of_an_earlier_release_gets_a_key_for_the_journal_that_stays() -> None:
    text = json.loads(format_keys(RING))
    del text["audit"]
    first, again = (parse_keys(json.dumps(text)) for _each in range(2))
    assert first == again
    assert len(first.audit) == 32
    assert first.audit not in {first.master, first.index, first.link, first.session}
    assert replace(first, audit=RING.audit) == RING
    assert fingerprint(first) == fingerprint(RING)


def test_a_written_file_is_for_its_owner_only_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "keys.json"
    write_keys(path, RING)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(path) == RING
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_keys(path, RING)
    with pytest.raises(KeysRefused, match="exists already"):
        write_keys(path, make_key_ring())
    assert load_keys(path) == RING
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o610, 0o777])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    write_keys(path, RING)
    path.chmod(mode)
    with pytest.raises(KeysRefused, match="chmod 600"):
        load_keys(path)


def test_a_missing_file_says_so_by_its_reason(tmp_path: Path) -> None:
    with pytest.raises(KeysRefused) as caught:
        load_keys(tmp_path / "keys.json")
    assert caught.value.reason == "keys_missing"
    assert "backup" in str(caught.value)


def test_a_folder_or_a_pipe_is_no_key_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeysRefused, match="not a file"):
            load_keys(path)


def test_a_settings_text_goes_before_the_file(tmp_path: Path) -> None:
    assert load_keys(tmp_path / "none", format_keys(RING)) == RING


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "JSON object"),
        ("[]", "JSON object"),
        ("{", "JSON object"),
        ("[" * 100_000, "JSON object"),
        (text_with(master=None), "“master” is missing"),
        (text_with(index=None), "“index” is missing"),
        (text_with(link="ab" * 31), "“link” is not 32 bytes"),
        (text_with(session="xy" * 32), "“session” is not 32 bytes"),
        (text_with(session=7), "“session” is not 32 bytes"),
        (text_with(master_id=""), "id is missing"),
        (text_with(master_id="0000|00a"), "id is missing"),
        (text_with(index=(b"m" * 32).hex()), "are the same"),
        (text_with(former={"0000000a": "ab" * 32}), "are the same"),
        (text_with(former=[]), "former"),
        (text_with(former={"0000000b": "ab"}), "“former” is not 32 bytes"),
    ],
)
def test_keys_that_are_not_whole_are_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(KeysRefused) as caught:
        parse_keys(text)
    assert words in str(caught.value)


def test_no_key_shows_in_a_representation_or_a_refusal() -> None:
    assert "mmmm" not in repr(RING)
    with pytest.raises(KeysRefused) as caught:
        parse_keys(text_with(session="6d" * 31))
    assert "6d6d" not in repr(caught.value) + str(caught.value)


def test_former_keys_are_kept() -> None:
    ring = replace(RING, former={"0000000b": b"f" * 32})
    assert parse_keys(format_keys(ring)) == ring


@pytest.mark.parametrize(
    "change", [{"master": b"x" * 32}, {"index": b"x" * 32}, {"master_id": "0000000b"}]
)
def test_the_fingerprint_knows_the_keys_that_codes_depend_on(change: dict[str, Any]) -> None:
    assert fingerprint(replace(RING, **change)) != fingerprint(RING)
    assert fingerprint(parse_keys(format_keys(RING))) == fingerprint(RING)
    assert fingerprint(replace(RING, session=b"x" * 32)) == fingerprint(RING)


def test_a_signed_link_reads_back() -> None:
    token = sign_link(RING.link, LINK)
    assert read_link(RING.link, token) == LINK
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()


def test_any_changed_symbol_or_length_of_a_link_is_refused() -> None:
    token = sign_link(RING.link, LINK)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place in range(len(token)):
        for letter in letters.replace(token[place], ""):
            assert read_link(RING.link, token[:place] + letter + token[place + 1 :]) is None
    for wrong in ("", token[:-1], token + "A", token + "=", "é" * 43, "+" * 43, "\ud800" * 43):
        assert read_link(RING.link, wrong) is None


def test_a_link_signed_with_another_key_is_refused() -> None:
    assert read_link(b"o" * 32, sign_link(RING.link, LINK)) is None


def test_a_changed_file_stays_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_keys(path, RING)
    if os.getuid() == 0:
        os.chown(path, 65534, 65534)
    before = path.stat()
    change_keys(path, lambda ring: replace(ring, session=b"t" * 32))
    after = path.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (
        before.st_uid,
        before.st_gid,
        before.st_mode,
    )
    assert after.st_ino != before.st_ino


def test_what_a_command_writes_is_read_by_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    (tmp_path / "codes.csv.part").write_text("left by one that was killed")
    with written(path) as out:
        out.write(b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"x"
