"""Pages of disclosures."""

from vlms.disclosures.views import deciding, exporting, fetching, revealing
from vlms.disclosures.views.blueprint import disclosures

__all__ = ["deciding", "disclosures", "exporting", "fetching", "revealing"]
