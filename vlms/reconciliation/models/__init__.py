"""Tables of reconciliation."""

from vlms.reconciliation.models import differences, files, periods, reports

__all__ = ["differences", "files", "periods", "reports"]
