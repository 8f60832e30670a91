"""What people of the demo have passed: one certification in each state (R1, R2)."""

from __future__ import annotations

from datetime import timedelta

from vlms.accounts.models import Person
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import record_pass
from vlms.demo.orders import Stage

# Who, which exam, how many days ago.
_PASSED = (
    ("Leo Learner", "AZ-900", 420),
    ("Leo Learner", "AZ-104", 215),
    ("Sam Lee", "PL-300", 350),
    ("Uma Patel", "SC-300", 100),
    ("Mia Chen", "AZ-204", 400),
)


def play_certifications(stage: Stage) -> None:
    """An admin enters what five exams have earned."""
    with stage.act("admin@contoso.example", -1) as work:
        today = stage.now.date()
        for name, exam, days in _PASSED:
            person = work.session.get_one(Person, stage.cast.people[name].id)
            record_pass(work, person, exam, today - timedelta(days=days), PassSource.ENTRY)
