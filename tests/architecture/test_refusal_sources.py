"""A refusal that rests on a number or a dated rule names the version and carries its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PRODUCT = Path(__file__).parents[2] / "vlms"
NAMED = "%(version)s"


def lacking(tree: ast.AST) -> Iterator[int]:
    """The lines of refusals that name a version, whose facts lack the version or its source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _names_version(node):
            facts = next((one.value for one in node.keywords if one.arg == "facts"), None)
            if facts is None or not {"version", "source"} <= _keys(facts):
                yield node.lineno


def _names_version(call: ast.Call) -> bool:
    """Whether it is a refusal, with its sentence as an argument, that says a version."""
    name = getattr(call.func, "id", "")
    return name.endswith(("Refused", "BadInput")) and any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and NAMED in part.value
        for argument in call.args
        for part in ast.walk(argument)
    )


def _keys(facts: ast.expr) -> set[str]:
    """What stands in them; a name, or one that is unpacked, is not looked into."""
    if not isinstance(facts, ast.Dict) or None in facts.keys:
        return {"version", "source"}
    return {key.value for key in facts.keys if isinstance(key, ast.Constant)}


def test_whoever_names_a_version_carries_its_source() -> None:
    found = {
        f"{path.relative_to(PRODUCT)}:{line}"
        for package in ("certifications", "partners")
        for path in sorted((PRODUCT / package).rglob("*.py"))
        for line in lacking(ast.parse(path.read_text("utf-8")))
    }
    assert found == set()


def test_a_version_without_a_source_is_found() -> None:
    sentence = '_("By version %(version)s.", version=v.name)'
    whole = 'facts={"version": v.name, "source": v.source}'
    for given, lines in (
        (whole, []),
        ("facts=facts", []),
        ('facts={"version": v.name}', [1]),
        ('reason="late"', [1]),
    ):
        assert list(lacking(ast.parse(f'LinkRefused("K1", {sentence}, {given})'))) == lines
    assert list(lacking(ast.parse('LinkRefused("K1", _("No."), reason="no")'))) == []
