"""Pages of the academic part."""

from __future__ import annotations

from flask import Blueprint

from vlms.academy.views.reports import academy_reports

ACADEMY_BLUEPRINTS: tuple[Blueprint, ...] = (academy_reports,)
