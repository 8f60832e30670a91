"""Lists of people as imports get them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from tests.support.making import making
from vlms.accounts.import_models import PeopleImport
from vlms.accounts.models import Organisation
from vlms.accounts.service.people_writing import Source, import_now
from vlms.exports.sheets import Sheet, sheet_of

HEADINGS = ("Number", "Full name", "E-mail address", "Department", "Manager")


def people_sheet(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> Sheet:
    lines = [headings, *rows]
    return sheet_of(list(enumerate(lines, 1)), [])


def people_csv(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def import_people(
    now: datetime, organisation: Organisation, sheet: Sheet, *, good_rows: bool = False
) -> PeopleImport:
    """Import a list as somebody who may do everything."""
    with making(now) as work:
        source = Source(organisation.id, "people.csv", sheet)
        done = import_now(work, source, good_rows=good_rows)
        work.session.expunge(done)
        return done
