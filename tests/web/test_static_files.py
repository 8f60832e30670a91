"""Static files: fingerprinted, compressed, cached for good; pages compressed and never cached."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.support.pages import CheckingClient
from vlms.web.static_files import compressed, fingerprinted, serve_static

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
LOADED = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def fetch(client: CheckingClient, address: str, **headers: str) -> TestResponse:
    client.checks = False
    return client.get(address, headers=headers, buffered=True)


def loaded_by(client: CheckingClient, address: str) -> set[str]:
    return set(LOADED.findall(client.get(address).get_data(as_text=True)))


def test_what_a_page_loads_is_fingerprinted_and_cached_for_good(client: CheckingClient) -> None:
    addresses = loaded_by(client, "/sign-in")
    assert len(addresses) >= 6
    for address in addresses:
        response = fetch(client, address)
        assert response.status_code == 200, address
        assert "immutable" in response.headers["Cache-Control"], address


@pytest.mark.parametrize("path", ["vendor/tabler.min.css", "app/vlms.js", "icons/sprite.svg"])
def test_styles_scripts_and_drawings_travel_compressed(client: CheckingClient, path: str) -> None:
    address = f"/static/{fingerprinted(path)}"
    packed, plain = fetch(client, address, **GZIP), fetch(client, address)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_the_plain_name_of_a_file_is_not_cached_for_good(client: CheckingClient) -> None:
    cached = fetch(client, "/static/app/vlms.css").headers["Cache-Control"]
    assert "immutable" not in cached


def test_an_unknown_fingerprint_is_not_there(client: CheckingClient) -> None:
    assert client.get("/static/app/vlms.000000000000.css").status_code == 404


def test_twins_are_written_whole_and_once(tmp_path: Path) -> None:
    def nothing(environ: object, start: object) -> list[bytes]:
        return []

    serve_static(nothing, tmp_path)
    first = {path: path.stat().st_mtime_ns for path in (tmp_path / "compressed").iterdir()}
    serve_static(nothing, tmp_path)
    second = {path: path.stat().st_mtime_ns for path in (tmp_path / "compressed").iterdir()}
    assert first == second
    assert all(path.suffix == ".gz" for path in first)
    assert all(gzip.decompress(path.read_bytes()) for path in first)


def test_compressing_twice_gives_the_same(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a{color:red}" * 99, "utf-8")
    content = compressed(file)
    compressed.cache_clear()
    assert compressed(file) == content


def test_pages_travel_compressed_to_those_who_take_it(client: CheckingClient) -> None:
    packed = fetch(client, "/rules", **GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<html" in gzip.decompress(packed.data)
    for refused in ("identity", "gzip;q=0", "br"):
        answer = fetch(client, "/rules", **{"Accept-Encoding": refused})
        assert "Content-Encoding" not in answer.headers


def test_the_size_of_a_compressed_page_varies_by_itself(client: CheckingClient) -> None:
    assert len({len(fetch(client, "/rules", **GZIP).data) for _ in range(12)}) > 1


def test_pages_are_not_cached_signed_in_or_not(client: CheckingClient) -> None:
    for address in ("/sign-in", "/rules", "/nowhere"):
        assert client.get(address).headers["Cache-Control"] == "no-store"
