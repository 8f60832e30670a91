"""Pages of giving."""

from __future__ import annotations

from flask import Blueprint

from vlms.giving.views import handout_book, handout_results, handout_review, report_queue
from vlms.giving.views.handouts import handouts
from vlms.giving.views.provider_reports import provider_reports

GIVING_BLUEPRINTS: tuple[Blueprint, ...] = (handouts, provider_reports)
