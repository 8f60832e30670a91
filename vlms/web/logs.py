"""The log: one JSON object a line on standard error; never an address, a text or a code."""

from __future__ import annotations

import sys

import structlog


def install() -> None:
    """Let every part that logs write so."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
