"""Holds the budgets that no linter knows: file and function length, imports in functions.

A line that must exceed one says why: `# budget: reason`, on a file's first ten lines for
the file, on the `def` line or the one above it for a function, on the import itself.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 300
FUNCTION_LINES = 40
FIRST_PARTY = ("vlms", "tests", "tools")
# Not migrations/: a version is written by a generator and never grows.
FOLDERS = ("vlms", "tests", "tools", "benchmarks")
ROOT_FILES = ("setup.py", "wsgi.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_excused(lines: list[str], first: int, last: int) -> bool:
    """Whether one of the lines (counted from 1, both included) gives a reason."""
    return any("# budget: " in line for line in lines[max(first - 1, 0) : last])


def first_party_imports(function: Function) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports of our own packages inside a function, those of inner functions too."""
    for node in ast.walk(function):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            if node.level:
                names = ["vlms"]
        else:
            continue
        if any(name.split(".")[0] in FIRST_PARTY for name in names):
            yield node


def excesses(name: str, source: str) -> list[str]:
    """What in a file exceeds a budget, one `name:line: sentence` each, in order of lines."""
    lines = source.splitlines()
    found: dict[int, str] = {}
    if len(lines) > FILE_LINES and not is_excused(lines, 1, 10):
        found[1] = f"file of {len(lines)} lines (budget {FILE_LINES})"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            found |= _excesses_of(node, lines)
    return [f"{name}:{line}: {found[line]}" for line in sorted(found)]


def _excesses_of(function: Function, lines: list[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if length > FUNCTION_LINES and not is_excused(lines, function.lineno - 1, function.lineno):
        found[function.lineno] = f"{function.name} has {length} lines (budget {FUNCTION_LINES})"
    for node in first_party_imports(function):
        if not is_excused(lines, node.lineno, node.end_lineno or node.lineno):
            found[node.lineno] = f"{function.name} imports our own package; import at the top"
    return found


def python_files(root: Path) -> Iterator[Path]:
    """Our own Python files below `root`."""
    for folder in FOLDERS:
        yield from sorted((root / folder).rglob("*.py"))
    yield from (root / name for name in ROOT_FILES if (root / name).exists())


def main() -> int:
    root = Path(__file__).parents[1]
    found = [
        excess
        for path in python_files(root)
        for excess in excesses(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found) if found else "Budgets hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
