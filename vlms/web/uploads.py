"""A form's field for a file, read once and no further than is allowed."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms import FileField
from wtforms.validators import ValidationError

from vlms.core.text import Text, _

_NAME_LENGTH = 200


class UploadField(FileField):
    """One file; `value` is its name and its bytes. Give the form multipart/form-data.

    Where it is not needed, `value` is None without one.
    """

    def __init__(
        self, label: Text, hint: Text | None = None, *, is_needed: bool = True, **kw: Any
    ) -> None:
        super().__init__(label, description=hint or "", **kw)
        self.is_needed = is_needed
        self.value: tuple[str, bytes] | None = None

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            if self.is_needed:
                raise ValidationError(str(_("Choose a file.")))
            return
        limit = current_app.config["SETTINGS"].upload_bytes
        body = self.data.stream.read(limit + 1)
        if len(body) > limit:
            raise ValidationError(str(_("Choose a smaller file: 5 MB at most.")))
        name = "".join(symbol for symbol in self.data.filename if symbol.isprintable())
        self.value = (name[-_NAME_LENGTH:], body)
