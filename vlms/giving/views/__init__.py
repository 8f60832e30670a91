"""Pages of giving."""

from __future__ import annotations

from flask import Blueprint

from vlms.giving.views.arrivals import arrivals
from vlms.giving.views.handout_book import handouts
from vlms.giving.views.my_requests import my_requests
from vlms.giving.views.my_team import my_team
from vlms.giving.views.reminders import reminders
from vlms.giving.views.report_queue import provider_reports
from vlms.giving.views.voucher_requests import voucher_requests

GIVING_BLUEPRINTS: tuple[Blueprint, ...] = (
    arrivals,
    handouts,
    my_requests,
    my_team,
    provider_reports,
    reminders,
    voucher_requests,
)
