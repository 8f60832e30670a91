"""The budgets' guard guards: each of its rules finds a file that breaks it."""

from __future__ import annotations

import pytest

from tools.budgets import excesses

BODY = "\n".join(f"    a{number} = {number}" for number in range(60))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a = 1\n" * 301, "x.py:1: file of 301 lines (budget 300)"),
        (f"def f():\n{BODY}\n", "x.py:1: f has 61 lines (budget 40)"),
        (f"class A:\n  async def f(self):\n{BODY}\n", "x.py:2: f has 61 lines (budget 40)"),
        ("def f():\n    import vlms.core\n", "x.py:2: f imports our own package"),
        ("def f():\n    from . import b\n", "x.py:2: f imports our own package"),
        ("def f():\n    def g():\n        from vlms import b\n", "imports our own package"),
    ],
)
def test_an_excess_is_found(source: str, sentence: str) -> None:
    assert sentence in "\n".join(excesses("x.py", source))


@pytest.mark.parametrize(
    "source",
    [
        "a = 1\n" * 300,
        "# budget: a table\n" + "a = 1\n" * 400,
        f"# budget: one statement\ndef f():\n{BODY}\n",
        "def f():\n    import json\n",
        "def f():\n    import vlms  # budget: breaks a circle\n",
        "from vlms import core\n",
    ],
)
def test_what_keeps_within_or_gives_a_reason_passes(source: str) -> None:
    assert excesses("x.py", source) == []
