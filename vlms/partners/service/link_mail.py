"""Mail about links: to the administrators of the organisation whose link it is (K1, K5)."""

from __future__ import annotations

from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import list_users_who_may
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post
from vlms.partners.link_events import LinkEnded, LinkStarted
from vlms.partners.models.links import Association, EndReason
from vlms.partners.terms import link_terms


def tell_started(work: Work, event: LinkStarted) -> None:
    """The partner and global administrators of the organisation that it begins with."""
    with work.as_system("who runs a partner is told of its links"):
        _tell(work, "link_started", event.association_id)


def tell_ended(work: Work, event: LinkEnded) -> None:
    """Those of the organisation that it ended with; whom it was ended for is told nothing."""
    with work.as_system("who runs a partner is told of its links"):
        _tell(work, "link_ended", event.association_id)


def _tell(work: Work, template: str, association_id: object) -> None:
    association = work.session.get_one(Association, association_id)
    if association.end_reason is EndReason.ERASED:
        return
    place = work.session.get_one(Organisation, association.organisation_id)
    person = work.session.get_one(Person, association.person_id)
    terms = link_terms(local_day(association.started_at, place.time_zone)).terms
    facts = {
        "person": person.name,
        "mcid": association.mcid or "",
        "organisation": place.name,
        "why": association.end_reason.value if association.end_reason else "",
        "hours": int(terms.report.total_seconds() // 3600),
        "days": terms.new_exam.days,
        "path": f"/o/{place.slug}/links/",
    }
    for admin in list_users_who_may(work.session, place.id, Permission.EDIT_SKILLS):
        key = f"{template}:{association.id}:{admin.id}"
        mail = Mail(template, association.id, key, place.id, facts=facts)
        post(work, mail, Recipient(admin.name, admin.email, admin.language))
