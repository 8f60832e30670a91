"""The jobs of the catalogue: long price lists."""

from __future__ import annotations

from typing import Any

from vlms.catalog.service.price_import import import_prices
from vlms.core.packed_text import pack_text
from vlms.core.text import _, ngettext
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.exports.reading import read_upload
from vlms.exports.sheets import Sheet
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import import_upload, plan_import
from vlms.jobs.models import Job
from vlms.jobs.worker import JobKind

IMPORT_PRICES = "catalog.import_prices"
PURPOSE = "prices"


def plan_prices(work: Work, upload: Upload, row_count: int) -> Job:
    """Plan the import of a kept price list. Raises Conflict while it is being imported."""
    title = _("Import the price list %(file)s", file=upload.filename)
    return plan_import(work, IMPORT_PRICES, upload, {}, title=title, total=row_count)


def _import(held: HeldJob) -> None:
    import_upload(held, PURPOSE, read_upload, _write)


def _write(work: Work, upload: Upload, sheet: Sheet) -> dict[str, Any]:
    kind, _colon, name = upload.remark.partition(":")
    made = import_prices(work, sheet, name, is_sample=kind == "sample")
    count = len(sheet.rows)
    done = ngettext("%(number)s price is imported.", "%(number)s prices are imported.", count)
    return {
        "count": count,
        "summary": pack_text(done),
        "endpoint": "catalog.price_list",
        "values": {"price_list_id": str(made.id)},
        "label": pack_text(_("Open the price list")),
    }


CATALOG_JOBS = (JobKind(IMPORT_PRICES, _import),)
