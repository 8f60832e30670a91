"""Takes a long list of a provider's codes into the stock, as a job (C7)."""

from __future__ import annotations

from typing import Any

from vlms.catalog.queries import get_product
from vlms.codes.exports import bad_rows
from vlms.codes.rules.list_columns import Columns
from vlms.codes.service.stock import (
    PURPOSE,
    ProviderList,
    check_rows,
    dry_run,
    open_list,
    take_in,
)
from vlms.core.packed_text import pack_text
from vlms.core.text import Name, _, ngettext
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import LONG_IMPORT, import_upload, plan_import
from vlms.jobs.models import Job

TAKE_IN = "codes.take_in"


def is_long(found: ProviderList) -> bool:
    """Whether the list is taken in by a job."""
    return len(found.rows) > LONG_IMPORT


def plan_take_in(work: Work, upload: Upload, columns: Columns, *, leave_bad_rows: bool) -> Job:
    """Plan it, after the same checks. Raises ListRefused, Conflict."""
    found = open_list(work.keys, upload)
    check_rows(dry_run(work.session, work.keys, found, columns, work.now), leave_bad_rows)
    product = get_product(work.session, found.target.product_id)
    title = _(
        "Take in the list %(file)s for %(product)s",
        file=upload.filename,
        product=Name(product.name_en, chinese=product.name_zh),
    )
    facts = {"columns": [columns.code, columns.last_day], "leave_bad_rows": leave_bad_rows}
    return plan_import(work, TAKE_IN, upload, facts, title=title, total=len(found.rows))


def take_in_list(held: HeldJob) -> None:
    """The job: the whole list, but for the rows that were to be left out."""
    columns = Columns(*held.facts["columns"])
    leaves = bool(held.facts["leave_bad_rows"])

    def write(work: Work, upload: Upload, _content: None) -> dict[str, Any]:
        found = open_list(work.keys, upload)
        left_out = bad_rows(dry_run(work.session, work.keys, found, columns, work.now))
        count = take_in(work, found, columns, leave_bad_rows=leaves)
        done = ngettext("%(number)s code was taken in.", "%(number)s codes were taken in.", count)
        return {
            "count": len(found.rows),
            "summary": pack_text(done),
            "failed": [[row.number, pack_text(row.why)] for row in left_out],
            "endpoint": "stock.product",
            "values": {"product_id": str(found.target.product_id)},
            "label": pack_text(_("Open the product's stock")),
        }

    import_upload(held, PURPOSE, lambda _upload: None, write)
