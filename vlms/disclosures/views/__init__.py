"""Pages of disclosures."""

from vlms.disclosures.views import revealing
from vlms.disclosures.views.blueprint import disclosures

__all__ = ["disclosures", "revealing"]
