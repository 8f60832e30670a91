"""Pages of billing."""

from __future__ import annotations

from flask import Blueprint

from vlms.billing.views.attachments import attachments
from vlms.billing.views.taxes import taxes

BILLING_BLUEPRINTS: tuple[Blueprint, ...] = (attachments, taxes)
