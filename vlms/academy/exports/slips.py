"""The sheet of slips: for each person a card to cut out, with the QR of a one-time link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from vlms.academy.service.slips import PrintedSlip
from vlms.accounts.models import Organisation
from vlms.core.clock import local_day
from vlms.core.days import day_writer
from vlms.core.language import Language
from vlms.core.text import _, writing_days
from vlms.exports.document import CodeCard, CodeCards, Document, Facts, Note

Speak = Callable[[Language], AbstractContextManager[object]]

_TERMS = (
    _("For this person alone: whoever scans it can sign in as them."),
    _("It works once. A new slip ends this one; your school coordinator prints it."),
)


def slip_card(
    slip: PrintedSlip, address: str, organisation: Organisation, speak: Speak
) -> CodeCard:
    """One person's slip, in their language; `address` is the whole address of the link."""
    person = slip.person
    writes = day_writer(person.language, organisation.has_roc_years)
    with speak(person.language), writing_days(writes):
        last_day = local_day(slip.link.expires_at, organisation.time_zone)
        return CodeCard(
            title=person.name,
            holder=" · ".join(part for part in (person.latin_name, person.number) if part),
            last_day=str(_("You sign in as: %(name)s", name=slip.sign_in_name)),
            claim_link=address,
            caption=str(
                _(
                    "%(organisation)s. Scan to choose your password. Open until %(day)s.",
                    organisation=organisation.name,
                    day=last_day,
                )
            ),
            terms=[str(term) for term in _TERMS],
        )


def slip_sheet(cards: Sequence[CodeCard], what: str, made_at: datetime) -> Document:
    """`what` is the class or school for which they are printed; its name stands at the top."""
    facts = Facts([(_("For"), what), (_("Slips"), len(cards))])
    note = Note(
        _("Cut them out and give each to its person, by hand. Slips printed before have ended.")
    )
    return Document(_("Slips for signing in"), [facts, note, CodeCards(cards)], made_at)
