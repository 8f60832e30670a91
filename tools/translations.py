"""Keeps the Traditional Chinese catalogue in step with the texts of code and templates.

python -m tools.translations update   take up new texts, drop unused ones, compile
python -m tools.translations missing  print what is not translated, as JSON
python -m tools.translations fill F   take translations from a JSON object, then update
"""

from __future__ import annotations

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hant_TW"
CATALOGUE = ROOT / "vlms" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
COMPILED = CATALOGUE.with_suffix(".mo")
_METHODS = {
    "vlms": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
_OPTIONS = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
_PLACE = re.compile(r"%\(\w+\)[a-z]|%%")


def extract() -> Catalog:
    """Every text that code and templates mark, with where it stands."""
    found = Catalog(charset="utf-8")
    for folder, methods in _METHODS.items():
        for file, _line, text, comments, context in extract_from_dir(
            str(ROOT / folder), methods, _OPTIONS, _KEYWORDS
        ):
            found.add(
                text, None, [(f"{folder}/{file}", 0)], context=context, auto_comments=comments
            )
    return found


def read() -> Catalog:
    """The catalogue as it stands; an empty one at first."""
    if not CATALOGUE.exists():
        return _new()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _new() -> Catalog:
    return Catalog(
        locale=LOCALE, project="VLMS", charset="utf-8", fuzzy=False, header_comment="# VLMS"
    )


def updated(known: Catalog, wanted: Catalog, given: dict[str, Any] | None = None) -> Catalog:
    """The wanted texts with the known translations, or those given; unused ones are gone."""
    fresh = _new()
    for message in sorted(wanted, key=lambda message: str(message.id)):
        if not message.id:
            continue
        before = known.get(message.id)
        text = (given or {}).get(_key(message)) or (before.string if before else "")
        if isinstance(message.id, tuple):
            text = (text,) if isinstance(text, str) else tuple(text or ())
        files = sorted({(file, 0) for file, _line in message.locations})
        fresh.add(message.id, text, [(file, None) for file, _line in files])  # type: ignore[misc]
    return fresh


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def complaints(message: Message) -> list[str]:
    """What is wrong with a translation: missing, fuzzy, or with other values than its text."""
    key = _key(message)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if not all(strings):
        return [f"not translated: {key!r}"]
    wrong = [f"fuzzy: {key!r}"] if message.fuzzy else []
    plural = message.id if isinstance(message.id, str) else message.id[-1]
    for string in strings:
        if not set(_PLACE.findall(string)) <= set(_PLACE.findall(key + str(plural))):
            wrong.append(f"other values: {key!r} → {string!r}")
        if set(_PLACE.findall(plural)) - set(_PLACE.findall(string)) - {"%(num)s"}:
            wrong.append(f"a value is lost: {key!r} → {string!r}")
    return wrong


def compiled(catalogue: Catalog) -> bytes:
    """The binary form that the application reads."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def write(catalogue: Catalog) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=96, sort_output=True, omit_header=False)
    COMPILED.write_bytes(compiled(read()))


def missing() -> dict[str, list[str]]:
    """The texts without a translation, and the files in which they stand."""
    fresh = updated(read(), extract())
    return {
        _key(message): [file for file, _line in message.locations]
        for message in fresh
        if message.id and complaints(message)
    }


def main(arguments: list[str]) -> None:
    match arguments:
        case ["update"]:
            write(updated(read(), extract()))
        case ["missing"]:
            print(json.dumps(missing(), ensure_ascii=False, indent=1))
        case ["fill", file]:
            given = json.loads(Path(file).read_text("utf-8"))
            write(updated(read(), extract(), given))
        case _:
            sys.exit(__doc__)
    print(f"{len(missing())} texts are not translated", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
