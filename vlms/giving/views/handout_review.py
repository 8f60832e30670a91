"""Pages on which a draft is looked at, put right, and confirmed with the rule's text (C2)."""

from __future__ import annotations

from urllib.parse import unquote
from uuid import UUID

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.codes.free_queries import find_next_free
from vlms.codes.service.parties import Look
from vlms.codes.service.telling import sample_mail
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.giving.forms.handouts import DropForm, RowForm, WishesForm, wishes_of
from vlms.giving.handout_job import GIVE, plan_handout
from vlms.giving.handout_words import ACT_WORDS
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import (
    RowFilter,
    count_dropped,
    count_standings,
    find_first_willing,
    get_row,
    lasting_beyond,
    list_batches_to_give,
    list_needs,
    search_rows,
    stock_of,
)
from vlms.giving.rules.handouts import Act, Standing
from vlms.giving.service.handout_confirming import confirm, too_few
from vlms.giving.service.handout_giving import give_next
from vlms.giving.service.handout_making import change_wishes, drop_rows, edit_row
from vlms.giving.views.handouts import Answer, handouts, own_handout, page_of
from vlms.jobs.notes import follow
from vlms.jobs.pieces import take_all_pieces
from vlms.notices.letter_queries import list_letters
from vlms.notices.queries import find_current_wording
from vlms.notices.rendering import Letter, write_letter
from vlms.notices.samples import sample_message
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.confirming import Question, confirmed
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work

# 2026-11: 500 rows take less than a second; whoever gives to more need not wait.
LONG_HANDOUT = 500
CODE_LETTER = "code_assigned"


@handouts.route("/<uuid:handout_id>", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def review(handout_id: UUID) -> Answer:
    """The check of each row, the stock, and how it is to be given."""
    handout = own_handout(handout_id)
    form = WishesForm(data=wishes_of(handout))
    session = db.session()
    form.offer(
        list_batches_to_give(session, handout, g.now),
        list_letters(session, handout.organisation_id, CODE_LETTER),
    )
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                own = own_handout(handout_id, work.session)
                change_wishes(work, own, form.wishes)
                work.location = url_for(".review", handout_id=handout_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Kept. Nothing has been given yet."))
    page = _review_page(handout, form)
    return page, 422 if form.is_refused else 200


def _review_page(handout: Handout, form: WishesForm) -> str:
    session, wanted = db.session(), request.args.get("standing", "")
    standing = Standing(wanted) if wanted in set(Standing) else None
    shown = RowFilter(standing=standing, is_dropped=wanted == "dropped")
    needs = list_needs(session, handout, g.now)
    return render_template(
        "handouts/review.html",
        handout=handout,
        form=form,
        needs=needs,
        short=[too_few(need) for need in needs if need.missing],
        willing=sum(need.wanted for need in needs),
        counts=count_standings(session, handout.id),
        dropped=count_dropped(session, handout.id),
        wanted=wanted,
        found=search_rows(session, handout.id, shown, listing("position")),
    )


@handouts.route("/<uuid:handout_id>/rows/<uuid:handout_row_id>", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def row(handout_id: UUID, handout_row_id: UUID) -> Answer:
    """One row, put right; the check says at once what it thinks of it."""
    handout = own_handout(handout_id)
    found = get_row(db.session(), handout_id, handout_row_id)
    form = RowForm(obj=found)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                own = own_handout(handout_id, work.session)
                again = bool(form.gives_again.data)
                edit_row(work, own, handout_row_id, form.entry(found), gives_again=again)
                work.location = page_of(handout)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The row was checked again."))
    page = render_template(
        "handouts/row.html", form=form, handout=handout, row=found, back=page_of(handout)
    )
    return page, 422 if form.is_refused else 200


@handouts.post("/<uuid:handout_id>/drop")
@requires(Permission.ASSIGN_CODES)
@takes("take_in")
def drop(handout_id: UUID) -> Response:
    """Leave ticked rows out, or take them in again (`take_in`)."""
    form = DropForm()
    form.validate_on_submit()
    keys = [UUID(key) for key in form.row.value]
    is_dropped = "take_in" not in request.form
    with unit_of_work(form) as work:
        own = own_handout(handout_id, work.session)
        count = drop_rows(work, own, keys, dropped=is_dropped)
        work.location = url_for(".review", handout_id=handout_id)
    return answer(work, _dropped(count) if is_dropped else _("Taken in again."))


def _dropped(count: int) -> Text:
    return ngettext("%(number)s row is left out.", "%(number)s rows are left out.", count)


@handouts.get("/<uuid:handout_id>/letter")
@requires(Permission.ASSIGN_CODES)
def letter(handout_id: UUID) -> str:
    """The mail as the first person would get it, with the code that they would get."""
    handout = own_handout(handout_id)
    sample = find_first_willing(db.session(), handout.id)
    return render_template(
        "handouts/letter.html",
        handout=handout,
        letter=_preview(handout, sample) if sample else None,
    )


def _preview(handout: Handout, row: HandoutRow) -> Letter | None:
    """None while no code is free."""
    session, person = db.session(), row.person
    last = lasting_beyond(session, handout, g.now)
    stock = stock_of(handout, row.product_id)
    code = find_next_free(session, handout.organisation_id, stock, last)
    if code is None or person is None:
        return None
    mail, to = sample_mail(Look(session, g.actor, g.now), code, person)
    language = handout.language or to.language
    message = sample_message(mail.template, dict(mail.facts), to.name, language)
    letter = handout.organisation_id, mail.template, language, handout.letter_id
    link = unquote(url_for("claim.show", token="…", _external=True))
    return write_letter(message, link, find_current_wording(session, *letter))


@handouts.route("/<uuid:handout_id>/give", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def give(handout_id: UUID) -> Answer:
    """Says what will happen by which rule, then does it: at once, or by a job."""
    handout = own_handout(handout_id)
    is_by_job = handout.row_count > LONG_HANDOUT

    def act(work: Work) -> None:
        own = own_handout(handout_id, work.session)
        confirm(work, own)
        work.location = url_for(".result", handout_id=handout_id)
        if is_by_job:
            work.location = follow(plan_handout(work, own, GIVE))

    def then() -> None:
        if not is_by_job:
            take_all_pieces(unit_of_work, lambda work: give_next(work, handout_id))

    return confirmed(_question(handout), act, _("It is done as was confirmed."), then)


def _question(handout: Handout) -> Question:
    session = db.session()
    count = sum(need.wanted for need in list_needs(session, handout, g.now))
    assigns = handout.act is Act.ASSIGN
    return Question(
        _assign_title(count) if assigns else _reserve_title(count),
        str(_("Give to many")),
        [
            (_("What is done"), ACT_WORDS[handout.act]),
            (_("Rows"), handout.row_count),
            (_("Get a code"), count),
            (_("Get none"), handout.row_count - count),
        ],
        _ASSIGN_EFFECTS if assigns else _RESERVE_EFFECTS,
        ACT_WORDS[handout.act],
        "user-check" if assigns else "user-plus",
        url_for(".review", handout_id=handout.id),
    )


def _assign_title(count: int) -> Text:
    return ngettext("Give %(number)s person a code?", "Give %(number)s people a code each?", count)


def _reserve_title(count: int) -> Text:
    return ngettext(
        "Reserve a code for %(number)s person?",
        "Reserve a code for each of %(number)s people?",
        count,
    )


_ASSIGN_EFFECTS = (
    (_("Each code belongs to its person for good: it is never reassigned or refunded."), "C2"),
    (_("While the delay runs it can be called back; then the mails leave."), "C2"),
    (_("Rows that get no code are left out, and the result says why."), None),
)
_RESERVE_EFFECTS = (
    (_("The codes are kept for these people; nobody is told, and nobody sees a code."), "C2"),
    (_("Reservations can be changed or released, the whole handout at once too."), "C2"),
    (_("Rows that get no code are left out, and the result says why."), None),
)
