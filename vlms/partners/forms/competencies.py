"""Forms of competencies."""

from __future__ import annotations

from vlms.core.text import _
from vlms.web.forms import Form
from vlms.web.uploads import UploadField


class FiguresForm(Form):
    """Monthly figures to be looked at before they count."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))
