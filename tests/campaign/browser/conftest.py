"""The browser of the short tests."""

from __future__ import annotations

from tests.browser.conftest import browser, pytest_collection_modifyitems, site, visit

__all__ = ["browser", "pytest_collection_modifyitems", "site", "visit"]
