"""Takes the front end's files out of a folder of npm packages and writes their manifest.

    npm install --prefix .cache/npm @tabler/core@1.6.1 @tabler/icons@3.51.0 htmx.org@2.0.11 \
        axe-core@4.14.1 chart.js@4.6.1
    .venv/bin/python -m tools.vendor .cache/npm/node_modules

A package's version is the one found there; what the files are is checked by
tests/architecture/test_vendored_files.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from tools.icons import ICONS

ROOT = Path(__file__).parents[1]
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
# As in the drawings; the width of a stroke comes from the style sheet.
STROKES = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
_SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


@dataclass(frozen=True)
class Package:
    """An npm package: which of its files go where, under which names."""

    name: str
    licence: str
    folder: str
    files: dict[str, str]
    # Files of ours beside them: a licence that the package does not ship, the sprite.
    kept: tuple[str, ...] = ()


PACKAGES = (
    Package(
        "@tabler/core",
        "MIT",
        "static/vendor",
        {
            "dist/css/tabler.min.css": "tabler.min.css",
        },
        kept=("tabler.LICENSE",),
    ),
    Package(
        "htmx.org",
        "0BSD",
        "static/vendor",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"},
    ),
    Package(
        "chart.js",
        "MIT",
        "static/vendor",
        {"dist/chart.umd.min.js": "chart.min.js", "LICENSE.md": "chart.LICENSE"},
    ),
    Package(
        "@tabler/icons",
        "MIT",
        "static/icons",
        {"LICENSE": "LICENSE"},
        kept=(SPRITE.name,),
    ),
    Package(
        "axe-core",
        "MPL-2.0",
        "tests/support/vendor",
        {"axe.min.js": "axe.min.js", "LICENSE": "axe.LICENSE"},
    ),
)


def checksum(content: bytes) -> str:
    """As an `integrity` attribute has it: sha384 in base64."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def without_source_map(content: bytes) -> bytes:
    """The file without its pointer to a source map, which is not shipped."""
    return _SOURCE_MAP.sub(b"\n", content)


def copy(package: Package, modules: Path) -> dict[str, object]:
    """Copy the package's files; its entry in the manifest."""
    source = modules / package.name
    folder = ROOT / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for origin, name in package.files.items():
        content = without_source_map((source / origin).read_bytes())
        (folder / name).write_bytes(content)
        files[name] = checksum(content)
    files |= {name: checksum((folder / name).read_bytes()) for name in package.kept}
    version = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
    return {
        "name": package.name,
        "version": version,
        "licence": package.licence,
        "files": files,
    }


def symbol(name: str, drawing: str) -> str:
    """One icon as a symbol: what is between the svg tags, without the empty frame."""
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", drawing, flags=re.DOTALL)
    inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", inner)
    shapes = " ".join(inner.split()).replace("> <", "><")
    return f'<symbol id={quoteattr(name)} viewBox="0 0 24 24" {STROKES}>{shapes}</symbol>'


def write_sprite(modules: Path) -> None:
    """One file with all icons, in order of their names."""
    outlines = modules / "@tabler" / "icons" / "icons" / "outline"
    symbols = [
        symbol(name, (outlines / f"{name}.svg").read_text(encoding="utf-8"))
        for name in sorted(ICONS)
    ]
    note = "<!-- Tabler Icons, MIT: see LICENSE beside this file. Written by tools/vendor.py. -->"
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text("\n".join([head, note, *symbols, "</svg>", ""]), encoding="utf-8")


def main() -> None:
    modules = Path(sys.argv[1])
    write_sprite(modules)
    manifests: dict[str, list[dict[str, object]]] = {}
    for package in PACKAGES:
        manifests.setdefault(package.folder, []).append(copy(package, modules))
    for folder, entries in manifests.items():
        text = json.dumps(entries, indent=2) + "\n"
        (ROOT / folder / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
