"""What each page is for, in a sentence or two: shown under its title as "What is this?"."""

from __future__ import annotations

from flask import Flask, request

from vlms.core.text import Text
from vlms.web.about_words import ABOUT


def about_page() -> Text | None:
    """The words of the page that is being shown; None where nothing is to be told."""
    return ABOUT.get(request.endpoint or "")


def install(app: Flask) -> None:
    app.jinja_env.globals["about_page"] = about_page
