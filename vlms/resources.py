"""Where the files beside the code are: templates, static files, migrations."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource_path(relative: str) -> Path:
    """The place of `relative`, for example "static/fonts/OFL.txt".

    Its first folder is inside the package in a wheel and beside it in a checkout.
    Raises FileNotFoundError when it is in neither.
    """
    for root in (PACKAGE, PACKAGE.parent):
        place = root / relative
        if place.exists():
            return place
    raise FileNotFoundError(f"{relative} is neither in {PACKAGE} nor beside it")
