"""Pages of figures, and calendar files of deadlines."""

from vlms.insights.views import calendars, pages
from vlms.insights.views.blueprint import insights

__all__ = ["calendars", "insights", "pages"]
