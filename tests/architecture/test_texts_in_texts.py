"""No text stands within an f-string: who gathers the texts to translate does not see it there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import product_sources

MARKS = frozenset({"_", "ngettext"})


def hidden_texts(path: str, tree: ast.Module) -> Iterator[str]:
    for joined in ast.walk(tree):
        if isinstance(joined, ast.JoinedStr):
            for node in ast.walk(joined):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
                    yield f"{path}:{node.lineno}"


def test_every_text_is_seen_by_who_gathers_them() -> None:
    found = [each for path, tree in product_sources().items() for each in hidden_texts(path, tree)]
    assert not found


@pytest.mark.parametrize("code", ["f\"{_('Hello')}\"", "f\"{x} {str(ngettext('a', 'b', 2))}\""])
def test_a_text_within_an_f_string_is_found(code: str) -> None:
    assert list(hidden_texts("x.py", ast.parse(code))) == ["x.py:1"]
    assert not list(hidden_texts("x.py", ast.parse("told = _('Hello')\nf'{told}'")))
