"""Forms of importing lists of people."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from vlms.accounts.rules.compared_row import HeldPerson
from vlms.accounts.rules.person_row import LABELS
from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form, ManyField, YesField
from vlms.web.uploads import UploadField


class PeopleFileForm(Form):
    """A list to be looked at before it counts."""

    file = UploadField(
        _("File"), _("An Excel workbook (.xlsx) or a CSV file with one person a row; 5 MB at most.")
    )


class ColumnsForm(Form):
    """Which column of the file holds what."""

    number = ChoiceField(LABELS["number"])
    name = ChoiceField(LABELS["name"])
    latin_name = ChoiceField(LABELS["latin_name"])
    email = ChoiceField(LABELS["email"])
    department = ChoiceField(LABELS["department"])
    manager = ChoiceField(LABELS["manager"])
    mcid = ChoiceField(LABELS["mcid"])
    language = ChoiceField(LABELS["language"])

    def offer(self, headers: Sequence[str]) -> None:
        choices = [("", _("– not in the file –")), *((header, header) for header in headers)]
        for name in LABELS:
            self[name].offer(choices)

    def chosen(self) -> dict[str, str]:
        """The heading of each field that is in the file."""
        return {name: self[name].value for name in LABELS if self[name].value}


class ImportForm(Form):
    """Lets a list that was looked at count."""

    good_rows = YesField(
        _("Leave out the rows that are wrong"),
        _("All other rows are imported; the wrong ones can be downloaded with their reasons."),
    )
    invites = YesField(
        _("Invite them to sign in"),
        _(
            "Everybody in the list who has an address and does not sign in yet gets a mail with a "
            "link of their own; who holds an open link gets none."
        ),
    )
    leavers = ManyField(_("Mark as leaver"))

    def offer(self, missing: Sequence[HeldPerson]) -> None:
        self.leavers.offer([(str(person.id), person.name) for person in missing])

    def chosen(self) -> list[UUID]:
        return [UUID(key) for key in self.leavers.value]
