"""Forms that share a pack out: give, take back, move, ask for more, answer (A2, F11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.forms.packs import (
    AskForm,
    GiveAskedForm,
    GiveForm,
    MoveForm,
    RecallForm,
    RefuseForm,
    shown_quota,
)
from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.pack_acts import acts_on_pack, acts_on_quota, acts_on_request
from vlms.academy.queries.packs import (
    get_pack,
    get_quota,
    get_request,
    holder_name,
    list_terms_for,
    shares_of,
)
from vlms.academy.service import quota_requests, quotas
from vlms.academy.views.packs import look, packs
from vlms.accounts.models import School
from vlms.core.acts import Act
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["packs"]
Page = str | Response | tuple[str, int]


def _done(
    form: Form, pack_id: UUID, act: Callable[[Work], object], message: Text
) -> Response | None:
    """Do the work of a form that was sent; None when it is to be shown, refused or not."""
    if not form.validate_on_submit():
        return None
    try:
        with unit_of_work(form) as work:
            work.location = url_for("packs.show", pack_id=pack_id)
            act(work)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    return answer(work, message)


def _page(name: str, form: Form, pack: Pack, acts: Sequence[Act], **facts: Any) -> Page:
    shown = render_template(
        f"packs/{name}.html",
        form=form,
        pack=pack,
        act=next((act for act in acts if act.name == name), None),
        **facts,
    )
    return (shown, 422) if form.is_refused else shown


def _schools(pack: Pack) -> Sequence[School]:
    """Those that the agreement covers and the visitor sees."""
    return pack.agreement.schools


def _terms(pack: Pack) -> Sequence[AcademicTerm]:
    return list_terms_for(db.session(), pack, look().now)


@packs.route("/<uuid:pack_id>/give", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def give(pack_id: UUID) -> Page:
    pack = get_pack(db.session(), pack_id)
    form = GiveForm()
    form.offer(_schools(pack), _terms(pack))
    done = _done(
        form,
        pack_id,
        lambda work: quotas.give(work, pack_id, form.place(), form.count.value),
        _("The quota is given; the coordinators of the school are told."),
    )
    if done is not None:
        return done
    return _page(
        "give", form, pack, acts_on_pack(look(), pack), shares=shares_of(db.session(), pack)
    )


@packs.route("/quotas/<uuid:quota_id>/recall", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def recall(quota_id: UUID) -> Page:
    quota = get_quota(db.session(), quota_id)
    form = RecallForm(data=shown_quota(quota))
    done = _done(
        form,
        quota.pack_id,
        lambda work: quotas.recall(work, quota_id, form.count.value, form.reason.value),
        _("It is taken back; the pack can give it again."),
    )
    return done if done is not None else _of_quota("recall", form, quota)


@packs.route("/quotas/<uuid:quota_id>/move", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def move(quota_id: UUID) -> Page:
    quota = get_quota(db.session(), quota_id)
    form = MoveForm(data=shown_quota(quota))
    form.offer(_schools(quota.pack), _terms(quota.pack))
    done = _done(
        form,
        quota.pack_id,
        lambda work: quotas.move(work, quota_id, form.place(), form.count.value, form.reason.value),
        _("It is moved; the coordinators of the other school are told."),
    )
    return done if done is not None else _of_quota("move", form, quota)


def _of_quota(name: str, form: Form, quota: PackQuota) -> Page:
    acts = acts_on_quota(look(), quota)
    return _page(name, form, quota.pack, acts, quota=quota, holder=holder_name(quota))


@packs.route("/<uuid:pack_id>/ask", methods=["GET", "POST"])
@requires(Permission.ASK_QUOTA)
def ask(pack_id: UUID) -> Page:
    pack = get_pack(db.session(), pack_id)
    form = AskForm()
    form.offer(_schools(pack), _terms(pack))
    done = _done(
        form,
        pack_id,
        lambda work: quota_requests.ask(
            work,
            pack_id,
            form.place(),
            form.count.value,
            form.reason.value or "",
        ),
        _("You have asked; the licensing admins are told, and the answer comes by mail."),
    )
    if done is not None:
        return done
    return _page("ask", form, pack, acts_on_pack(look(), pack))


@packs.route("/requests/<uuid:quota_request_id>/give", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def give_asked(quota_request_id: UUID) -> Page:
    asked = get_request(db.session(), quota_request_id)
    form = GiveAskedForm(data={"count": str(asked.asked_count), "term": str(asked.term_id or "")})
    form.offer(_terms(asked.pack))
    done = _done(
        form,
        asked.pack_id,
        lambda work: quota_requests.give_asked(
            work, quota_request_id, form.count.value, form.term_id(), form.answer.value or ""
        ),
        _("The quota is given, and who asked is told."),
    )
    if done is not None:
        return done
    shares = shares_of(db.session(), asked.pack)
    return _page(
        "give_asked", form, asked.pack, acts_on_request(look(), asked), asked=asked, shares=shares
    )


@packs.route("/requests/<uuid:quota_request_id>/refuse", methods=["GET", "POST"])
@requires(Permission.EDIT_PACKS)
def refuse(quota_request_id: UUID) -> Page:
    asked = get_request(db.session(), quota_request_id)
    form = RefuseForm()
    done = _done(
        form,
        asked.pack_id,
        lambda work: quota_requests.refuse(work, quota_request_id, form.reason.value or ""),
        _("Nothing is given, and who asked is told why."),
    )
    if done is not None:
        return done
    return _page("refuse", form, asked.pack, acts_on_request(look(), asked), asked=asked)
