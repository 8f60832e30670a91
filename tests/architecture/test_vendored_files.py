"""What was taken from others is what its manifest says, with its licence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from defusedxml import ElementTree

from tools.icons import ICONS
from tools.vendor import checksum, without_source_map

ROOT = Path(__file__).parents[2]
FOLDERS = ("static/vendor", "static/icons", "tests/support/vendor")
NAMED_ICON = re.compile(r"""\b(?:icon\(|picture ?[=:] ?)["']([a-z0-9-]+)["']""")
SVG = "{http://www.w3.org/2000/svg}"


def differences(folder: Path) -> list[str]:
    """The names of files that are missing, changed or not in the folder's manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    expected = {name: sum_ for package in manifest for name, sum_ in package["files"].items()}
    present = {path.name: checksum(path.read_bytes()) for path in folder.iterdir()}
    del present["manifest.json"]
    return sorted(name for name, _ in expected.items() ^ present.items())


def copy_of(folder: Path, target: Path) -> Path:
    target.mkdir()
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_are_those_of_the_manifest(folder: str) -> None:
    assert differences(ROOT / folder) == []


def test_a_changed_a_missing_and_an_extra_file_are_noticed(tmp_path: Path) -> None:
    folder = copy_of(ROOT / "static/vendor", tmp_path / "vendor")
    with (folder / "htmx.min.js").open("a", encoding="utf-8") as script:
        script.write(" ")
    (folder / "tabler.min.css").unlink()
    (folder / "surprise.js").write_text("", encoding="utf-8")
    assert set(differences(folder)) == {"htmx.min.js", "tabler.min.css", "surprise.js"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_package_has_a_version_and_a_licence(folder: str) -> None:
    manifest = json.loads((ROOT / folder / "manifest.json").read_text(encoding="utf-8"))
    assert any("LICENSE" in name for package in manifest for name in package["files"])
    for package in manifest:
        assert package["name"]
        assert package["licence"]
        assert package["version"]


@pytest.mark.parametrize("name", ["tabler.min.css", "htmx.min.js", "chart.min.js"])
def test_no_file_points_to_a_source_map_or_to_another_host(name: str) -> None:
    content = (ROOT / "static" / "vendor" / name).read_bytes()
    assert b"sourceMappingURL" not in content
    assert not re.search(rb"""url\(["']?(https?:)?//""", content)
    assert b"@import" not in content


def test_the_pointer_to_a_source_map_is_cut_off_and_nothing_else() -> None:
    assert without_source_map(b"a()\n//# sourceMappingURL=a.js.map") == b"a()\n"
    assert without_source_map(b"a{}\n/*# sourceMappingURL=a.css.map */\n") == b"a{}\n"
    assert without_source_map(b"a()\n// done\n") == b"a()\n// done\n"


def test_the_sprite_has_every_icon_once_and_each_draws_something() -> None:
    sprite = ElementTree.parse(ROOT / "static" / "icons" / "sprite.svg").getroot()
    symbols = {symbol.get("id"): len(symbol) for symbol in sprite.iter(f"{SVG}symbol")}
    assert symbols.keys() == ICONS
    assert len(list(sprite)) == len(ICONS)
    assert all(symbols.values())


def unknown_icons(text: str) -> set[str]:
    """The icons that a template or module names and the sprite has not."""
    return set(NAMED_ICON.findall(text)) - ICONS


def test_pages_name_only_icons_that_the_sprite_has() -> None:
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "vlms").rglob("*.py")]
    unknown = {
        path.relative_to(ROOT).as_posix(): names
        for path in sources
        if (names := unknown_icons(path.read_text(encoding="utf-8")))
    }
    assert unknown == {}


def test_an_icon_that_the_sprite_has_not_is_noticed() -> None:
    text = """{{ icon("ticket") }} {{ icon('tikcet') }} {{ submit(_("Go"), picture="arow") }}"""
    assert unknown_icons(text) == {"tikcet", "arow"}
