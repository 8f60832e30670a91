"""Pages of an organisation's own letters: worded, looked at as they leave, tried, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.kinds import AUDIENCES, KINDS, TITLES
from vlms.notices.letter_forms import NewLetterForm, WordingForm
from vlms.notices.letter_queries import (
    count_uses,
    find_last_number,
    find_open_version,
    get_letter,
    list_languages,
    list_letters,
    list_versions,
)
from vlms.notices.letters import (
    create_letter,
    end_usual,
    make_usual,
    return_to_standard,
    send_trial,
    write_wording,
)
from vlms.notices.models import LetterVersion
from vlms.notices.outbox import Recipient
from vlms.notices.rendering import Letter as Written
from vlms.notices.rendering import write_letter
from vlms.notices.rules.letter_text import LETTERS, check_wording
from vlms.notices.samples import sample_facts, sample_message, sample_version
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

letters = Blueprint("letters", __name__, url_prefix="/o/<organisation>/letters")

LANGUAGES = {Language.ENGLISH: "English", Language.TRADITIONAL_CHINESE: "繁體中文"}
add_words(
    {
        "letter.created": _("Letter made"),
        "letter.made_usual": _("Letter made the usual one"),
        "letter.unmade_usual": _("Letter no longer the usual one"),
        "letter.worded": _("Letter worded"),
        "letter.returned_to_standard": _("Letter back to the standard text"),
    },
    {
        "is_usual": _("The usual one"),
        "subject": _("Subject"),
        "text": _("Text"),
        "signature": _("Signature"),
        "reply_name": _("Name of the sender"),
    },
    {},
)


@letters.get("/")
@requires(Permission.EDIT_LETTERS)
def index() -> str:
    """The templates that can be worded, and the letters of each."""
    found = list_letters(db.session(), g.workspace.organisation_id)
    return render_template(
        "letters/index.html",
        by_template={
            template: [letter for letter in found if letter.template == template]
            for template in LETTERS
        },
        kinds=KINDS,
        audiences=AUDIENCES,
        worded=list_languages(db.session(), g.workspace.organisation_id),
        languages=LANGUAGES,
    )


@letters.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_LETTERS)
def new() -> str | Response | tuple[str, int]:
    form = NewLetterForm(template=request.args.get("template"))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                letter = create_letter(
                    work,
                    g.workspace.organisation_id,
                    form.template.value,
                    form.name.value,
                    is_usual=form.is_usual.data,
                )
                work.location = url_for("letters.show", letter_id=letter.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The letter is there. Word it in each language you need."))
    page = render_template("letters/new.html", form=form)
    return page, 422 if form.is_refused else 200


@letters.get("/<uuid:letter_id>")
@requires(Permission.EDIT_LETTERS)
def show(letter_id: UUID) -> str:
    """A letter as it leaves in each language, and all its wordings."""
    letter = get_letter(db.session(), letter_id)
    now = {language: find_open_version(db.session(), letter.id, language) for language in LANGUAGES}
    return render_template(
        "letters/show.html",
        letter=letter,
        kind=KINDS[letter.template],
        languages=LANGUAGES,
        now=now,
        previews={
            language: _preview(letter.template, language, version)
            for language, version in now.items()
        },
        versions=list_versions(db.session(), letter.id),
        uses=count_uses(db.session(), letter.id),
        sender=current_app.config["SETTINGS"].mail_from,
        entries=journal_of(letter.id),
    )


def _preview(template: str, language: Language, version: LetterVersion | None) -> Written:
    """Written by what writes every mail, with made-up facts."""
    message = sample_message(
        template, sample_facts(g.workspace.name, g.now), g.visitor.name, language
    )
    settings = current_app.config["SETTINGS"]
    return write_letter(message, f"{settings.base_url}/my/codes/", version)


@letters.route("/<uuid:letter_id>/<language>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_LETTERS)
@takes("preview")
def edit(letter_id: UUID, language: str) -> str | Response | tuple[str, int]:
    """Word a letter; its preview shows what was typed and keeps nothing."""
    letter, spoken = get_letter(db.session(), letter_id), _language(language)
    form, preview = WordingForm(**_present(letter.id, spoken)), None
    if form.validate_on_submit():
        try:
            if "preview" in request.form:
                check_wording(letter.template, form.wording())
                typed = sample_version(form.wording())
                preview = _preview(letter.template, spoken, typed)
            else:
                return _write(form, letter.id, spoken)
        except DomainError as refusal:
            form.refuse(refusal)
    page = render_template(
        "letters/edit.html",
        form=form,
        letter=letter,
        title=TITLES[letter.template],
        spoken=LANGUAGES[spoken],
        placeholders=LETTERS[letter.template],
        preview=preview,
        standard=_preview(letter.template, spoken, None),
    )
    return page, 422 if form.is_refused else 200


def _present(letter_id: UUID, language: Language) -> Mapping[str, Any]:
    version = find_open_version(db.session(), letter_id, language)
    base = {"base": str(find_last_number(db.session(), letter_id, language))}
    if version is None:
        return base
    fields = ("subject", "text", "signature", "reply_name")
    return base | {field: getattr(version, field) for field in fields}


def _write(form: WordingForm, letter_id: UUID, language: Language) -> Response:
    with unit_of_work(form) as work:
        write_wording(work, letter_id, language, form.wording(), form.base_number())
        work.location = url_for("letters.show", letter_id=letter_id)
    return answer(work, _("Saved. Mail written from now on says this."))


@letters.post("/<uuid:letter_id>/usual")
@requires(Permission.EDIT_LETTERS)
def usual(letter_id: UUID) -> Response:
    """Take it wherever none is named, or do so no longer."""
    letter = get_letter(db.session(), letter_id)
    with unit_of_work(Form()) as work:
        (end_usual if letter.is_usual else make_usual)(work, letter_id)
        work.location = url_for("letters.show", letter_id=letter_id)
    return answer(work, _("Saved."))


@letters.post("/<uuid:letter_id>/<language>/trial")
@requires(Permission.EDIT_LETTERS)
def trial(letter_id: UUID, language: str) -> Response:
    """Mail it to oneself."""
    to = Recipient(g.visitor.name, g.visitor.email, _language(language))
    with unit_of_work(Form()) as work:
        send_trial(work, letter_id, g.workspace.name, to)
        work.location = url_for("letters.show", letter_id=letter_id)
    return answer(work, _("A trial is on its way to %(address)s.", address=to.address))


@letters.route("/<uuid:letter_id>/<language>/standard", methods=["GET", "POST"])
@requires(Permission.EDIT_LETTERS)
def standard(letter_id: UUID, language: str) -> str | Response | tuple[str, int]:
    letter, spoken = get_letter(db.session(), letter_id), _language(language)
    question = Question(
        _("Back to the standard text"),
        letter.name,
        ((_("Language"), LANGUAGES[spoken]), (_("Kind of message"), TITLES[letter.template])),
        (
            (_("Mail written from now on says the standard text."), None),
            (_("Your wordings stay here to be read."), None),
        ),
        _("Back to the standard text"),
        "arrow-back-up",
        url_for("letters.show", letter_id=letter_id),
    )

    def act(work: Work) -> None:
        return_to_standard(work, letter_id, spoken)

    return confirmed(question, act, _("This letter says the standard text again."))


def _language(name: str) -> Language:
    if name not in set(Language):
        raise NotFound(None, _("There is no such language here."))
    return Language(name)
