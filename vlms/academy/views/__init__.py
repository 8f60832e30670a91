"""Pages of the academic part."""

from __future__ import annotations

from flask import Blueprint

from vlms.academy.views.reports import academy_reports
from vlms.academy.views.slip import slip
from vlms.academy.views.slips import slips

ACADEMY_BLUEPRINTS: tuple[Blueprint, ...] = (academy_reports, slip, slips)
