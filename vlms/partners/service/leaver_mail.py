"""Mail about leavers' tasks: when one is made, and on dated days around the one it is due (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from vlms.accounts.models import Organisation, Person, User
from vlms.accounts.queries import list_users_who_may
from vlms.core.attempts import OpenWork, in_work
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.partners.models.links import UnlinkTask
from vlms.partners.queries.linked import list_open_tasks
from vlms.partners.rules.linking import task_reminder
from vlms.partners.terms import link_terms


def tell_of_task(work: Work, task: UnlinkTask, place: Organisation) -> None:
    """That somebody who has left asks to be unlinked."""
    _tell(work, task, place, "unlink_asked", f"unlink_asked:{task.id}")


def remind_of_tasks(open_work: OpenWork) -> int:
    """Each open task in a transaction of its own; how many mails were written."""
    with open_work() as work:
        open_ones = list_open_tasks(work.session)
    return sum(in_work(open_work, partial(remind_of_task, task_id=key)) for key in open_ones)


def remind_of_task(work: Work, task_id: UUID) -> int:
    """What is due of one task today, once each; of several that were missed the latest alone."""
    task = work.session.get_one(UnlinkTask, task_id)
    if task.done_at is not None:
        return 0
    place = work.session.get_one(Organisation, task.organisation_id)
    terms = link_terms(local_day(task.asked_at, place.time_zone)).terms
    due = task_reminder(task.due_on, terms, work.today(place.time_zone))
    if due is None:
        return 0
    return _tell(work, task, place, "unlink_due", f"unlink_due:{task.id}:{due}")


def _tell(work: Work, task: UnlinkTask, place: Organisation, template: str, key: str) -> int:
    person = work.session.get_one(Person, task.person_id)
    facts = {
        "person": person.name,
        "organisation": place.name,
        "due_on": task.due_on.isoformat(),
        "is_over": work.today(place.time_zone) > task.due_on,
        "path": f"/o/{place.slug}/links/",
    }
    admins, has_none = _who_acts(work, place)
    facts["has_none"] = has_none
    if has_none:
        facts["path"] = f"/o/{place.slug}/roles/"
    mails = [
        (
            Mail(template, task.id, f"{key}:{admin.id}", place.id, facts=facts),
            Recipient(admin.name, admin.email, admin.language),
        )
        for admin in admins
    ]
    return len(post_many(work, mails))


def _who_acts(work: Work, place: Organisation) -> tuple[Sequence[User], bool]:
    """Who ends links; ours: where nobody may, whoever can give the role to somebody (K1)."""
    found = list_users_who_may(work.session, place.id, Permission.END_LINKS)
    if found:
        return found, False
    return list_users_who_may(work.session, place.id, Permission.GRANT_ROLES), True
