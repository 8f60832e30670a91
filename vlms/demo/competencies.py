"""What people of the demo's partner have passed, so that its competencies stand somewhere."""

from __future__ import annotations

from datetime import timedelta

from vlms.accounts.queries import get_person_named
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import record_pass
from vlms.demo.orders import Stage

# address, exams
_PASSED = (
    ("mia@contoso.example", ("AZ-104", "AZ-305")),
    ("noah@contoso.example", ("AZ-104",)),
    ("zoe@contoso.example", ("AZ-104", "MS-900")),
    ("ivy@contoso.example", ("PL-200", "MB-230")),
)


def play_competencies(stage: Stage) -> None:
    """The partner administrator enters old transcripts."""
    owner_id = stage.cast.organisations["contoso"].id
    with stage.act("partner@contoso.example", -60) as work:
        for email, numbers in _PASSED:
            person = get_person_named(work.session, owner_id, email)
            for number in numbers:
                day = (work.now - timedelta(days=150)).date()
                record_pass(work, person, number, day, PassSource.ENTRY)
