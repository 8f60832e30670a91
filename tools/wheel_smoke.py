"""Builds the wheel, installs it into an environment of its own and uses it from elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
BESIDE = ("templates", "static", "migrations", "docs")
SOURCES = ("vlms", *BESIDE, "setup.py", "setup.cfg", "pyproject.toml", "LICENSE", "README.md")
LOCK = ROOT / "requirements" / "run.txt"
ENVIRONMENT = ROOT / ".cache" / "wheel-environment"
QUOTE = (
    "quote --unit-price 120.00 --currency USD --quantity 10 --ordered-on 2024-10-15"
    " --term-start 2024-07-01 --term-end 2025-06-30 --json"
).split()
QUOTE_FIELDS = {
    "months",
    "unit_price",
    "quantity",
    "amount",
    "charge_start",
    "charge_end",
    "refused",
    "reason",
}


class WheelBroken(Exception):
    """The wheel lacks something or does not work; the message says what."""


def expected_names(root: Path) -> set[str]:
    """What a wheel of the checkout must hold: the package and the three folders beside it."""
    names = set()
    for folder in ("vlms", *BESIDE):
        prefix = "" if folder == "vlms" else "vlms/"
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pot":
                names.add(prefix + path.relative_to(root).as_posix())
    return names


def faults(names: Iterable[str], expected: set[str]) -> list[str]:
    """What a wheel with these names lacks, and what does not belong into it."""
    present = {name for name in names if ".dist-info/" not in name}
    lacking = [f"lacks {name}" for name in sorted(expected - present)]
    return lacking + [f"should not hold {name}" for name in sorted(present - expected)]


def build(folder: Path) -> Path:
    """A wheel made from an sdist made from a clean copy, so that both are complete."""
    copy = folder / "copy"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=ignored)
        elif source.exists():
            shutil.copy2(source, copy / name)
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(copy)])
    return next(folder.glob("*.whl"))


def environment() -> Path:
    """Its `bin`, with the locked dependencies; made again only when the lock file changed."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = ENVIRONMENT / "lock"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != lock:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(ENVIRONMENT)])
        _pip("--require-hashes", "--requirement", str(LOCK))
        stamp.write_text(lock, encoding="utf-8")
    return ENVIRONMENT / "bin"


def check_use(programs: Path, folder: Path) -> None:
    """Start the command and quote a price, from a folder that has nothing to do with us."""
    _run([str(programs / "vlms"), "--help"], folder)
    quote = json.loads(_run([str(programs / "vlms"), *QUOTE], folder))
    missing = QUOTE_FIELDS - quote.keys()
    if missing or quote["refused"] is not None:
        raise WheelBroken(f"vlms quote answered {quote}")
    # The package's own finder, so that a wrong place shows here and not in production.
    _run([str(programs / "python"), "-c", "import vlms.app"], folder)


def _pip(*arguments: str) -> None:
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "install", *arguments])


def _run(command: list[str], folder: Path = ROOT) -> str:
    """The command's output; WheelBroken, with all that it said, when it fails."""
    done = subprocess.run(command, cwd=folder, env=_plain(), capture_output=True, text=True)
    if done.returncode:
        said = done.stdout + done.stderr
        raise WheelBroken(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return done.stdout


def _plain() -> dict[str, str]:
    hidden = ("VLMS_", "PYTHON", "MAKE")
    return {key: value for key, value in os.environ.items() if not key.startswith(hidden)}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="vlms-wheel-") as name:
        folder = Path(name)
        wheel = build(folder)
        with zipfile.ZipFile(wheel) as archive:
            found = faults(archive.namelist(), expected_names(folder / "copy"))
        if found:
            raise WheelBroken("\n".join(found))
        programs = environment()
        _pip("--no-deps", "--force-reinstall", str(wheel))
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        check_use(programs, elsewhere)
        if list(elsewhere.iterdir()):
            raise WheelBroken("vlms --help or vlms quote left files where they ran")
    print(f"{wheel.name}: complete, installs and works.")


if __name__ == "__main__":
    try:
        main()
    except WheelBroken as broken:
        sys.exit(str(broken))
