"""The columns of the programme's monthly reports, and which report a file is (K5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.mapping import Field, fold
from vlms.partners.rules.figure_rows import HEADINGS as FIGURES
from vlms.partners.rules.report_rows import LABELS, ReportKind
from vlms.partners.rules.skills_layouts import IN_PC, IN_PMC, RELEVANT_FOR

# By field, as the layouts spell them.
HEADINGS: Mapping[ReportKind, Mapping[str, str]] = {
    ReportKind.SKILLS: {
        "name": "IndividualFirstName",
        "last_name": "IndividualLastName",
        "account": "CorpEmail",
        "other_account": "Email",
        "mcid": "MCPID",
        "training_id": "TrainingActivityId",
        "title": "TrainingTitle",
        "training_type": "TrainingType",
        "completed_on": "TrainingCompletionDate",
        "expires_on": "ExpirationDate",
        "month": "Month",
        "in_pmc": IN_PMC,
        "in_pc": IN_PC,
        "mpn_id": "MpnId",
        "relevant": RELEVANT_FOR,
    },
    ReportKind.LEARNING: {
        "name": "UserName",
        "account": "UserId",
        "title": "TrainingName",
        "training_type": "TrainingType",
        "relevant": "Products",
        "roles": "Roles",
        "completed_on": "CompletionDate",
        "mpn_id": "MPNId",
        # Not of the layout; who adds it need not type the month.
        "month": "Month",
    },
}
_NEEDED = frozenset({"title", "completed_on", "account", "mcid"})
FIELDS: Mapping[ReportKind, Sequence[Field]] = {
    kind: tuple(
        Field(name, LABELS[name], (heading,), required=name in _NEEDED)
        for name, heading in headings.items()
    )
    for kind, headings in HEADINGS.items()
}


def kind_of(headers: Sequence[str]) -> ReportKind:
    """Which report has these headings. Raises BadInput, also for the performance layout."""
    found = {fold(header) for header in headers}
    for kind, headings in HEADINGS.items():
        if fold(headings["title"]) in found:
            return kind
    if fold(FIGURES["metric"]) in found:
        raise BadInput(
            "K3",
            _("This is the layout of competency performance."),
            reason="other_layout",
            field="file",
            way_out=_("Import it under Competencies, Import figures."),
        )
    raise BadInput(
        "K5",
        _("This is neither a skills report nor a learning report."),
        reason="unknown_layout",
        field="file",
        way_out=_(
            "Leave the headings as the programme's file has them: TrainingTitle or TrainingName."
        ),
    )
