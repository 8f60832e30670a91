"""Patterns are constants, or their parts are escaped: nobody types a regular expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import dotted, product_sources

CALLS = frozenset(
    f"re.{name}"
    for name in ("compile", "match", "fullmatch", "search", "split", "sub", "subn", "findall")
)
# Each was read: what is put together is escaped, or made of constants.
READ = {
    "vlms/authentication/rules/provider_facts.py": "constants, joined when it is loaded",
    "vlms/core/odd_text.py": "constants, put together when the module is loaded",
    "vlms/exports/fonts.py": "constants, put together when the module is loaded",
    "vlms/privacy/rules/naming.py": "a name or an address, each sign escaped",
    "vlms/web/body_fields.py": "a field's name, escaped",
    "vlms/reconciliation/rules/file_numbers.py": "one of a few separators",
}


def loose_patterns(path: str, tree: ast.Module) -> Iterator[str]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in calls:
        if dotted(call.func) in CALLS and not (call.args and _is_constant(call.args[0])):
            yield f"{path}:{call.lineno}"


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_constant(node.left) and _is_constant(node.right)
    return isinstance(node, ast.Constant)


def test_every_pattern_is_a_constant_or_was_read() -> None:
    found = [
        each for path, tree in product_sources().items() for each in loose_patterns(path, tree)
    ]
    assert {each.partition(":")[0] for each in found} == set(READ), found


@pytest.mark.parametrize("pattern", ["typed", "f'{typed}+'", "'a' + typed", "re.escape(typed)"])
def test_a_pattern_that_somebody_typed_is_found(pattern: str) -> None:
    tree = ast.parse(f"import re\nre.search({pattern}, text)\nre.search('a' 'b' + 'c', text)")
    assert list(loose_patterns("x.py", tree)) == ["x.py:2"]
