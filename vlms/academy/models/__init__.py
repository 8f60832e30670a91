"""Tables of the academic part."""

from vlms.academy.models import benefits, packs, roster, sites, sittings

__all__ = ["benefits", "packs", "roster", "sites", "sittings"]
