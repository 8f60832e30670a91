"""What pages of a dry run share: its rows by what they would do, some hundred at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.dry_run import Change, DryRun
from vlms.core.errors import DomainError
from vlms.core.text import Text, _
from vlms.core.uploads import drop_upload, get_upload, keep_upload
from vlms.core.work import Work
from vlms.exports.reading import read_rows, read_upload
from vlms.exports.sheets import Limits, Sheet
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.uploads import UploadField

LINES_SHOWN = 200

CHANGE_WORDS: dict[Change, Text] = {
    Change.NEW: _("New"),
    Change.CHANGED: _("Changed"),
    Change.SAME: _("Same as before"),
    Change.WRONG: _("Wrong"),
}


class FileForm(Protocol):
    """A form with a file."""

    file: UploadField

    @property
    def is_refused(self) -> bool: ...
    def validate_on_submit(self) -> bool: ...
    def refuse(self, refusal: DomainError) -> None: ...
    def once(self) -> UUID: ...


class JudgedLine(Protocol):
    """A row and what it would do."""

    @property
    def change(self) -> StrEnum: ...


class Run(Protocol):
    """A dry run of whatever kind of file."""

    @property
    def lines(self) -> Sequence[JudgedLine]: ...


@dataclass(frozen=True)
class ShownLines:
    """The rows that the address asks for; `number` counts pages from 1."""

    change: StrEnum | None
    lines: Sequence[JudgedLine]
    number: int
    page_count: int


def shown_lines(run: Run, kinds: type[StrEnum] = Change) -> ShownLines:
    """By `change`, one of `kinds`, and `part` of the address; anything else there shows all
    from the first."""
    change = asked_kind(kinds)
    lines = [line for line in run.lines if change is None or line.change is change]
    number, page_count = asked_part(len(lines))
    first = (number - 1) * LINES_SHOWN
    return ShownLines(change, lines[first : first + LINES_SHOWN], number, page_count)


Kind = TypeVar("Kind", bound=StrEnum)


def asked_kind(kinds: type[Kind]) -> Kind | None:
    """The one of `kinds` that stands as `change` in the address."""
    wanted = request.args.get("change", "")
    return kinds(wanted) if wanted in set(kinds) else None


def asked_part(line_count: int) -> tuple[int, int]:
    """The number of the page that the address asks for, and how many there are."""
    page_count = max(1, -(-line_count // LINES_SHOWN))
    asked = request.args.get("part", "1")
    # A number of thousands of digits is more than Python reads.
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 10
    number = min(int(asked), page_count) if is_number else 1
    return max(number, 1), page_count


def dry_run_page(template: str, form: Form, run: DryRun[Any], **facts: object) -> tuple[str, int]:
    """What each row would do, and the form that lets all of it count."""
    shown = shown_lines(run)
    page = render_template(template, form=form, run=run, shown=shown, words=CHANGE_WORDS, **facts)
    return page, 422 if form.is_refused else 200


def dry_run_of(
    template: str,
    kept: tuple[str, UUID],
    examine: Callable[[Sheet], DryRun[Any]],
    take: Callable[[Work, Sheet], Text],
) -> Response | tuple[str, int]:
    """The page of a kept file, told by its purpose and key; confirmed, all of it is taken.

    `take` writes, sets the location, and says what it has written.
    """
    purpose, upload_id = kept
    form = Form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                upload = get_upload(work.session, upload_id, purpose, (work.actor, work.now))
                told = take(work, read_upload(upload))
                drop_upload(work, upload)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, told)
    upload = get_upload(db.session(), upload_id, purpose, (g.actor, g.now))
    sheet = read_upload(upload)
    facts = {"filename": upload.filename, "ignored_sheets": sheet.ignored_sheets}
    return dry_run_page(template, form, examine(sheet), **facts)


def file_page(
    template: str,
    form: FileForm,
    purpose: str,
    examine: Callable[[Sheet], object],
    dry_run: str = ".dry_run",
) -> Response | tuple[str, int]:
    """The page that takes a file; one that can be read leads to the page of its dry run."""
    kept = kept_for_dry_run(form, purpose, examine, dry_run)
    if kept is not None:
        return kept
    return render_template(template, form=form), 422 if form.is_refused else 200


def kept_for_dry_run(
    form: FileForm,
    purpose: str,
    examine: Callable[[Sheet], object],
    dry_run: str,
    *,
    limits: Limits | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response | None:
    """Keep a file that can be read, and lead to the page of its dry run.

    `values` go with its address. None while nothing was sent, or with the refusal in the form.
    """
    if not form.validate_on_submit() or form.file.value is None:
        return None
    name, body = form.file.value
    try:
        examine(read_rows(io.BytesIO(body), name, limits))
        with unit_of_work(form) as work:
            owner_id: UUID = g.workspace.organisation_id
            upload = keep_upload(work, purpose, (name, body), organisation_id=owner_id, remark="")
            work.location = url_for(dry_run, upload_id=upload.id, **(values or {}))
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    return answer(work)
