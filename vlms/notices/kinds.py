"""Every template of templates/mail: its title, whom it is for, and whether it can be declined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vlms.core.text import Text, _


class Audience(StrEnum):
    """In what capacity somebody gets a notice."""

    HOLDER = "holder"
    CONTACT = "contact"
    STAFF = "staff"


@dataclass(frozen=True)
class Kind:
    """A kind of notice. `stays_on` is why nobody can switch it off; None: who gets it may."""

    title: Text
    to: Audience
    stays_on: Text | None = None

    @property
    def is_compulsory(self) -> bool:
        return self.stays_on is not None


AUDIENCES: Mapping[Audience, Text] = {
    Audience.HOLDER: _("Who holds a code or a certification"),
    Audience.CONTACT: _("Contacts of an agreement, and who is invoiced"),
    Audience.STAFF: _("Who has a role in an organisation"),
}
_CODE = _("It is about a code of yours, which lapses without refund.")
_CODES = _("It is about codes that were bought, which lapse without refund.")
_ORDER = _("It is about an order or an agreement, which bind the organisation.")
_MEMBERSHIP = _("It is about benefits that are lost without a renewal.")
_MONEY = _("It is about money that is owed.")
_SIGN_IN = _("It is about signing in.")
_MCID = _("It is about proving an MCID, or taking its link away.")
_QUESTION = _("Somebody waits for this answer.")

KINDS: Mapping[str, Kind] = {
    "invitation": Kind(_("Invitation"), Audience.STAFF, _SIGN_IN),
    "person_invitation": Kind(_("Invitation to sign in"), Audience.HOLDER, _SIGN_IN),
    "password_link": Kind(_("Link to set a password"), Audience.STAFF, _SIGN_IN),
    "forgotten_password": Kind(_("Link for a forgotten password"), Audience.STAFF, _SIGN_IN),
    "sign_in_code": Kind(_("One-time code for signing in"), Audience.HOLDER, _SIGN_IN),
    "new_device": Kind(_("Signed in on a new device"), Audience.HOLDER, _SIGN_IN),
    "factor_added": Kind(_("Second factor added"), Audience.STAFF, _SIGN_IN),
    "factor_removed": Kind(_("Second factor removed"), Audience.STAFF, _SIGN_IN),
    "factors_reset": Kind(_("Second factors reset"), Audience.STAFF, _SIGN_IN),
    "provider_changed": Kind(_("Sign-in provider changed"), Audience.STAFF, _SIGN_IN),
    "visit_begun": Kind(_("Seen by an operator as a user"), Audience.STAFF, _SIGN_IN),
    "recovery_code_used": Kind(_("Recovery code used"), Audience.STAFF, _SIGN_IN),
    "failure_alarm": Kind(_("Many failed tries within a minute"), Audience.STAFF, _SIGN_IN),
    "code_assigned": Kind(_("A code for a person"), Audience.HOLDER, _CODE),
    "codes_claimed": Kind(_("Codes are waiting"), Audience.HOLDER, _CODE),
    "code_request": Kind(_("Request about a code"), Audience.STAFF, _QUESTION),
    "code_request_answered": Kind(_("Answer about a code"), Audience.HOLDER, _CODE),
    "codes_ready": Kind(_("Codes have arrived"), Audience.CONTACT, _CODES),
    "pack_opened": Kind(_("A site pack is open"), Audience.CONTACT, _CODES),
    "grant_arrived": Kind(_("An Imagine Academy grant has arrived"), Audience.CONTACT, _CODES),
    "export_waits": Kind(_("An export of codes waits for you"), Audience.STAFF, _QUESTION),
    "export_answered": Kind(_("Answer about an export of codes"), Audience.STAFF, _QUESTION),
    "quota_given": Kind(_("A school has a quota"), Audience.STAFF),
    "quota_asked": Kind(_("A school asks for more quota"), Audience.STAFF),
    "quota_answered": Kind(_("Answer about more quota"), Audience.STAFF),
    "benefit_asked": Kind(_("Request for an Imagine Academy benefit"), Audience.STAFF),
    "benefit_answered": Kind(_("Answer about an Imagine Academy benefit"), Audience.STAFF),
    "renewal_window": Kind(_("A certification can be renewed"), Audience.HOLDER),
    "order_placed": Kind(_("Order placed"), Audience.CONTACT, _ORDER),
    "order_acknowledged": Kind(_("Order acknowledged"), Audience.CONTACT, _ORDER),
    "order_waits": Kind(_("Order waits for approval"), Audience.STAFF, _ORDER),
    "order_declined": Kind(_("Order not approved"), Audience.STAFF, _ORDER),
    "reseller_changed": Kind(_("Change of reseller"), Audience.STAFF, _ORDER),
    "price_consent_asked": Kind(_("Consent to a higher price asked"), Audience.STAFF, _ORDER),
    "price_consent_answered": Kind(_("Answer about a higher price"), Audience.STAFF, _ORDER),
    "invoice_posted": Kind(_("Invoice posted"), Audience.CONTACT, _MONEY),
    "credit_note_posted": Kind(_("Credit note posted"), Audience.CONTACT, _MONEY),
    "invoice_overdue": Kind(_("Invoice overdue"), Audience.CONTACT, _MONEY),
    "membership_renewal": Kind(_("Reminder of the renewal"), Audience.STAFF, _MEMBERSHIP),
    "membership_lost": Kind(_("Benefits lost"), Audience.STAFF, _MEMBERSHIP),
    "membership_skills": Kind(_("Skills check before the anniversary"), Audience.STAFF),
    "membership_benefits": Kind(_("Reminder of unused benefits"), Audience.STAFF),
    "job_ended": Kind(_("Long work ended"), Audience.STAFF),
    "report_ready": Kind(_("A saved report is ready"), Audience.STAFF),
    "report_stopped": Kind(_("A saved report was stopped"), Audience.STAFF),
    "voucher_asked": Kind(_("A voucher is asked for"), Audience.STAFF, _QUESTION),
    "voucher_approved": Kind(_("Voucher request approved"), Audience.HOLDER, _QUESTION),
    "voucher_refused": Kind(_("Voucher request refused"), Audience.HOLDER, _QUESTION),
    "voucher_waiting": Kind(_("Voucher request waits for a code"), Audience.HOLDER, _QUESTION),
    "team_nudge": Kind(_("A manager reminds of a code"), Audience.HOLDER),
    "code_reminder": Kind(_("Reminder of a code"), Audience.HOLDER),
    "reminder_digest": Kind(_("What lies unused, monthly"), Audience.STAFF),
    "end_warning": Kind(_("Codes lapse soon"), Audience.STAFF, _CODES),
    "closing_ready": Kind(_("Closing certificate is there"), Audience.CONTACT, _ORDER),
    "profile_code": Kind(_("One-time code for an MCID"), Audience.HOLDER, _MCID),
    "link_started": Kind(_("An MCID was linked"), Audience.STAFF),
    "link_ended": Kind(_("The link of an MCID ended"), Audience.STAFF),
    "link_invitation": Kind(_("Asked to link an MCID"), Audience.HOLDER),
    "unlink_link": Kind(_("Link to have an MCID unlinked"), Audience.HOLDER, _MCID),
    "unlink_asked": Kind(_("Somebody who has left asks to be unlinked"), Audience.STAFF, _QUESTION),
    "unlink_due": Kind(_("A leaver's link is to be ended"), Audience.STAFF, _QUESTION),
    "competency_fallen": Kind(_("A competency has fallen"), Audience.STAFF),
    "weekly_notices": Kind(
        _("Notices of the week"), Audience.STAFF, _("You asked for it: choose each kind by itself.")
    ),
}
# With a link these let their reader sign in at all, which no collection of the week does.
WAYS_IN = frozenset({"link_invitation"})
TITLES: Mapping[str, Text] = {template: kind.title for template, kind in KINDS.items()}


def is_compulsory(template: str) -> bool:
    """Whether it is mailed whatever its recipient chose."""
    return KINDS[template].is_compulsory
