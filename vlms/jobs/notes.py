"""Tells who asked for a job that it has ended, on the next page that they open."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, request, session, url_for
from markupsafe import Markup
from sqlalchemy import select

from vlms.core.db import reading
from vlms.core.scope import System
from vlms.jobs.models import ENDED, Job
from vlms.jobs.words import ending_of, title_of
from vlms.web.pages import is_partial

_FOLLOWED = "jobs"
_MOST = 10
_SCOPE = System("own jobs")


def follow(job: Job) -> str:
    """Remember to tell this browser when the job has ended; the job's page."""
    address = url_for("jobs.show", job_id=job.id)
    known = dict(session.get(_FOLLOWED, {}))
    known[str(job.id)] = address
    session[_FOLLOWED] = dict(list(known.items())[-_MOST:])
    return address


def tell_ended() -> None:
    """Before a page: a note for each followed job that has ended since."""
    followed: dict[str, str] = session.get(_FOLLOWED, {})
    if not followed or not _is_page() or g.get("visitor") is None:
        return
    for job in _ended(followed, g.visitor.user_id):
        address = followed.pop(str(job.id))
        session[_FOLLOWED] = dict(followed)
        if request.path != address:
            word, kind = ending_of(job)
            note = Markup('{}: <a href="{}">{}</a>').format(word, address, title_of(job))
            flash(note, kind)


def _is_page() -> bool:
    return request.method == "GET" and request.endpoint != "static" and not is_partial()


def _ended(followed: dict[str, str], user_id: UUID) -> list[Job]:
    keys = [UUID(key) for key in followed]
    with reading(_SCOPE) as opened:
        own = (Job.id.in_(keys), Job.asked_by == user_id, Job.state.in_(ENDED))
        return list(opened.scalars(select(Job).where(*own)))
