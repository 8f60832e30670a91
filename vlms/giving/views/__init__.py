"""Pages of giving."""

from __future__ import annotations

from flask import Blueprint

from vlms.giving.views.arrivals import arrivals
from vlms.giving.views.handout_book import handouts
from vlms.giving.views.report_queue import provider_reports

GIVING_BLUEPRINTS: tuple[Blueprint, ...] = (arrivals, handouts, provider_reports)
