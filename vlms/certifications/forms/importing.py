"""Forms of importing files of passed exams and certifications."""

from __future__ import annotations

from vlms.core.text import _
from vlms.web.forms import Form, YesField
from vlms.web.uploads import UploadField


class TranscriptFileForm(Form):
    """A file to be looked at before it counts."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))


class TranscriptImportForm(Form):
    """Lets a file that was looked at count."""

    good_rows = YesField(_("Leave out the rows that are wrong"), _("All other rows are imported."))
