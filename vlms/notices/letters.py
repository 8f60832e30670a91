"""An organisation words its own letters: each change makes a version, and all of them stay."""

from __future__ import annotations

from uuid import UUID

from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, NotFound
from vlms.core.language import Language
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.notices.letter_queries import find_last_number, find_open_version, get_letter
from vlms.notices.models import Letter, LetterVersion, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.notices.rules.letter_text import LETTERS, Wording, check_wording
from vlms.notices.samples import sample_facts


def create_letter(
    work: Work, organisation_id: UUID, template: str, name: str, *, is_usual: bool
) -> Letter:
    """A letter that says the standard text until it is worded.

    Raises NotFound for a template that nobody words, Conflict for a name that is taken.
    """
    if template not in LETTERS:
        raise NotFound(None, _("There is no such kind of letter."))
    letter = Letter(
        organisation_id=organisation_id,
        template=template,
        name=name,
        is_usual=False,
        created_at=work.now,
    )
    work.does("letter.created")
    taken = Conflict(
        None,
        _("Another letter of this kind has this name."),
        field="name",
        way_out=_("Choose another name, or change that letter."),
    )
    with refusing_doubles(work, uq_letter_name=taken):
        work.session.add(letter)
    if is_usual:
        make_usual(work, letter.id)
    return letter


def make_usual(work: Work, letter_id: UUID) -> None:
    """Take this letter wherever none is named. Raises NotFound, Conflict."""
    letter = get_letter(work.session, letter_id)
    work.does("letter.made_usual")
    guarded_update(
        work.session,
        Letter,
        Letter.organisation_id == letter.organisation_id,
        Letter.template == letter.template,
        Letter.id != letter.id,
        is_usual=False,
    )
    faster = Conflict(None, _("Another letter was just made the usual one."))
    with refusing_doubles(work, uq_letter_usual=faster):
        letter.is_usual = True


def end_usual(work: Work, letter_id: UUID) -> None:
    """The standard text is the usual one again. Raises NotFound."""
    letter = get_letter(work.session, letter_id)
    work.does("letter.unmade_usual")
    letter.is_usual = False


def write_wording(
    work: Work, letter_id: UUID, language: Language, wording: Wording, base: int
) -> LetterVersion:
    """Word the letter in a language anew; `base` is the version that it was written over.

    Raises NotFound, BadInput with what is wrong in which field, and Conflict when somebody
    has worded it since (0: before the first).
    """
    letter = get_letter(work.session, letter_id)
    check_wording(letter.template, wording)
    if find_last_number(work.session, letter.id, language) != base:
        raise _newer()
    _end_open(work, letter, language)
    version = LetterVersion(
        organisation_id=letter.organisation_id,
        letter_id=letter.id,
        language=language,
        number=base + 1,
        subject=wording.subject,
        text=wording.text,
        signature=wording.signature,
        reply_name=wording.reply_name,
        written_at=work.now,
        written_by=work.actor.name,
    )
    work.does("letter.worded")
    newer = _newer()
    with refusing_doubles(work, uq_letter_version=newer, uq_letter_version_open=newer):
        work.session.add(version)
    return version


def return_to_standard(work: Work, letter_id: UUID, language: Language) -> None:
    """Let the letter say the standard text in this language. Raises NotFound, Conflict."""
    letter = get_letter(work.session, letter_id)
    version = find_open_version(work.session, letter.id, language)
    if version is None:
        raise Conflict(None, _("This letter says the standard text already."))
    work.does("letter.returned_to_standard")
    version.ended_at = work.now


def send_trial(
    work: Work, letter_id: UUID, organisation_name: str, to: Recipient
) -> OutboxMessage | None:
    """Mail the letter as it is now, with made-up facts, in the recipient's language."""
    letter = get_letter(work.session, letter_id)
    facts = sample_facts(organisation_name, work.now) | {"is_trial": True}
    mail = Mail(
        letter.template,
        letter.id,
        f"trial:{letter.id}:{new_id()}",
        organisation_id=letter.organisation_id,
        facts=facts,
        letter_id=letter.id,
    )
    return post(work, mail, to)


def _end_open(work: Work, letter: Letter, language: Language) -> None:
    guarded_update(
        work.session,
        LetterVersion,
        LetterVersion.letter_id == letter.id,
        LetterVersion.language == language,
        LetterVersion.ended_at.is_(None),
        ended_at=work.now,
    )


def _newer() -> Conflict:
    return Conflict(
        None,
        _("Somebody else has worded this letter since you opened it."),
        way_out=_("Open it again, and see what they changed."),
    )
