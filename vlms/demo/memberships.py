"""The demo partner's memberships: one that runs, and a package whose window is open.

The package is on a competency that is attained: by one linked architect and by figures (K3).
"""

from __future__ import annotations

from datetime import timedelta

from vlms.accounts.queries import get_person_named
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import record_pass
from vlms.demo.linked_people import link_newcomer
from vlms.demo.orders import Stage
from vlms.exports.sheets import sheet_of
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.memberships import list_benefits
from vlms.partners.service.competency_figures import import_figures
from vlms.partners.service.inviting import note_seen
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import buy
from vlms.partners.service.membership_payments import record_payment

_PETRA = "partner@contoso.example"
_COMPETENCY = "cloud-business-applications"
_ARCHITECT, _MCID = "tom@contoso.example", "990100108"
_HEADINGS = (
    "CompetencyName",
    "CompetencyAttainmentOptionName",
    "Month",
    "MetricName",
    "MetricMonthlyContribution",
)
# All that figures bring: 50 points; an architect brings the ten that lack for silver.
_FIGURES = (("new-customers", "10"), ("active-usage", "1500"))


def play_memberships(stage: Stage) -> None:
    """A silver package bought 375 days ago, the Action Pack in use since 100 days."""
    _qualify(stage)
    _bought(stage, "silver-package", -375, _COMPETENCY)
    membership = _bought(stage, "action-pack", -100, None)
    with stage.act(_PETRA, -90) as work:
        for one in list_benefits(work.session, membership.id):
            assign_benefits(work, one.id, 4)
            activate_benefits(work, one.id, 3)


def _bought(stage: Stage, offer: str, days: float, competency: str | None) -> Membership:
    place = stage.cast.organisations["contoso"]
    with stage.act(_PETRA, days) as work:
        order = buy(work, place.id, offer, "USD", f"PO-{offer.upper()[:6]}", competency)
        return record_payment(work, order.id, work.today(place.time_zone), "wire transfer")


def _qualify(stage: Stage) -> None:
    """Tom, whose link a report has shown, passed an exam; figures are there then and now."""
    owner_id = stage.cast.organisations["contoso"].id
    with stage.act(_PETRA, -384) as work:
        link_newcomer(stage, work, _ARCHITECT, _MCID)
    with stage.act(_PETRA, -380) as work:
        note_seen(work, owner_id, [_MCID])
        architect = get_person_named(work.session, owner_id, _ARCHITECT)
        day = (work.now - timedelta(days=20)).date()
        record_pass(work, architect, "PL-400", day, PassSource.ENTRY)
        months = [stage.cast.day(days).strftime("%Y-%m") for days in (-412, -35)]
        rows = [
            (_COMPETENCY, "scored", month, metric, amount)
            for month in months
            for metric, amount in _FIGURES
        ]
        sheet = sheet_of(list(enumerate((_HEADINGS, *rows), 1)), [])
        import_figures(work, owner_id, sheet)
