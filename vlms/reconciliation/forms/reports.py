"""The form of a saved report."""

from __future__ import annotations

from collections.abc import Mapping

from vlms.billing.queries.statement_choices import Choices
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm
from vlms.reconciliation.report_words import FORMAT_WORDS, RHYTHM_WORDS
from vlms.reconciliation.rules.recipients import read_recipients
from vlms.reconciliation.service.reports import NARROWED_BY, NewReport
from vlms.web.forms import ChoiceField, Form, TextField


class ReportForm(Form):
    """What is kept of a statement, and to whom it is sent."""

    name = TextField(_("Name"), read_text(120), render_kw={"maxlength": 120})
    customer = ChoiceField(_("Customer"))
    agreement = ChoiceField(_("Agreement"))
    currency = ChoiceField(_("Currency"))
    format = ChoiceField(_("Format"), [(one.value, word) for one, word in FORMAT_WORDS.items()])
    rhythm = ChoiceField(
        _("When it is sent"),
        [(one.value if one else "", word) for one, word in RHYTHM_WORDS.items()],
    )
    recipients = TextField(
        _("To"),
        read_recipients,
        _(
            "E-mail addresses, with commas between them. The mail tells the totals and leads to "
            "the file; who opens it signs in and needs a role here that sees statements."
        ),
        render_kw={"maxlength": 900, "inputmode": "email"},
    )

    @classmethod
    def showing(cls, kept: NewReport) -> ReportForm:
        """The form with what is kept now."""
        return cls(
            data={
                **kept.asked,
                "name": kept.name,
                "format": kept.format.value,
                "rhythm": kept.rhythm.value if kept.rhythm else "",
                "recipients": ", ".join(kept.recipients),
            }
        )

    def offer_choices(self, found: Choices, *, has_customers: bool) -> None:
        """What a statement can be narrowed by; a customer has but itself."""
        offered = ((self.agreement, found.agreements), (self.currency, found.currencies))
        for field, names in offered:
            field.offer(_all(names))
        if has_customers:
            self.customer.offer(_all(found.customers))
        else:
            del self.customer

    def new(self) -> NewReport:
        """What was entered."""
        rhythm = self.rhythm.value
        return NewReport(
            self.name.value,
            {name: self[name].value for name in NARROWED_BY if name in self},
            ReportFormat(self.format.value),
            ReportRhythm(rhythm) if rhythm else None,
            self.recipients.value,
        )


def _all(names: Mapping[str, str]) -> list[tuple[str, object]]:
    return [("", _("All")), *names.items()]
