"""What a refusal has to say that rests on a number or a dated rule."""

from __future__ import annotations

from typing import Any

from vlms.core.errors import DomainError
from vlms.core.versions import Version


def named(refusal: DomainError, what: str, version: Version[Any]) -> None:
    """It names this version of the terms or offers, and carries where they come from."""
    assert f"by version {version.name} of the {what}" in str(refusal)
    told = refusal.facts["version"], refusal.facts["source"]
    assert told == (version.name, version.source)
