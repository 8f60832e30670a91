"""Pages of statements and reconciliation."""

from __future__ import annotations

from flask import Blueprint

from vlms.reconciliation.views import differences, files, papers, reports

RECONCILIATION_BLUEPRINTS: tuple[Blueprint, ...] = (
    files.files,
    differences.reconciliation,
    reports.saved_reports,
)

__all__ = ["RECONCILIATION_BLUEPRINTS", "papers"]
