"""Forms of importing rosters."""

from __future__ import annotations

from collections.abc import Sequence

from vlms.agreements.models import Agreement
from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form, YesField
from vlms.web.uploads import UploadField


class RosterFileForm(Form):
    """A roster to be looked at before it counts."""

    agreement = ChoiceField(
        _("Agreement"), hint=_("It will cover the schools that the roster brings.")
    )
    file = UploadField(
        _("File"),
        _("A OneRoster 1.1 zip of CSV files, or a list of people (.xlsx, .csv); 5 MB at most."),
    )

    def offer(self, agreements: Sequence[Agreement]) -> None:
        self.agreement.offer([(str(one.id), one.number) for one in agreements])


class RosterForm(Form):
    """Lets a roster that was looked at count."""

    good_rows = YesField(
        _("Leave out the lines that are wrong"),
        _("All other lines are imported; nobody is ended for missing in a file with wrong lines."),
    )
