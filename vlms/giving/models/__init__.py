"""Tables of giving."""

from vlms.giving.models import handouts, provider_reports, reminders, requests

__all__ = ["handouts", "provider_reports", "reminders", "requests"]
