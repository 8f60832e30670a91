"""What a PDF says."""

from __future__ import annotations

import io

from pypdf import PdfReader


def paper_text(content: bytes) -> str:
    """A paper's text; lines that were broken are joined."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join("".join(page.extract_text() for page in pages).split())
