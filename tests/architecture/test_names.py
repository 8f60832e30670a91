"""Nothing in the product is named by a word that says nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest

from tests.support.sources import product_sources

EMPTY_WORDS = frozenset("process handle manage data info util utils helper helpers misc".split())
# Names that a library calls by.
GIVEN = frozenset(
    {
        "handle_flowable",
        "process_bind_param",
        "process_compile_state",
        "process_compile_state_replaced_entities",
        "process_result_value",
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in _WORD.findall(name)}


def empty_names(path: str, tree: ast.Module) -> Iterator[str]:
    """The module, functions and classes whose names hold an empty word."""
    names = [part.removesuffix(".py") for part in PurePath(path).parts]
    names += [node.name for node in ast.walk(tree) if isinstance(node, Named)]
    for name in names:
        if name not in GIVEN and words(name) & EMPTY_WORDS:
            yield f"{path}: {name}"


def test_modules_functions_and_classes_are_named_by_words_of_the_business() -> None:
    found = [name for path, tree in product_sources().items() for name in empty_names(path, tree)]
    assert found == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("vlms/core/utils.py", ""),
        ("vlms/misc/order.py", ""),
        ("vlms/core/db.py", "def process_order(): ..."),
        ("vlms/core/db.py", "class OrderInfo: ..."),
        ("vlms/core/db.py", "class A:\n    async def handle(self): ..."),
    ],
)
def test_an_empty_name_is_found(path: str, source: str) -> None:
    assert list(empty_names(path, ast.parse(source)))


@pytest.mark.parametrize("name", ["processed_orders", "Database", "list_managers", "Information"])
def test_a_word_that_only_begins_alike_passes(name: str) -> None:
    assert not list(empty_names("vlms/a.py", ast.parse(f"def {name}(): ...")))
