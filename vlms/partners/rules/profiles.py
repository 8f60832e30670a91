"""What must hold of a certification profile and its learning profile: the checklist of R5."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from vlms.core.text import Text, _


class AccountKind(StrEnum):
    """With what kind of account somebody signs in to a profile."""

    PERSONAL = "personal"
    WORK = "work"


@dataclass(frozen=True)
class ProfileFacts:
    """What is known of a user's profiles; an account is an address in its stored form."""

    profile_count: int
    kind: AccountKind | None
    account: str | None
    learning_kind: AccountKind | None
    learning_account: str | None
    is_learning_linked: bool


@dataclass(frozen=True)
class CheckLine:
    """One line of the checklist: what must hold, whether it does, and the way out."""

    name: str
    sentence: Text
    is_met: bool
    way_out: Text


def checklist(facts: ProfileFacts) -> Sequence[CheckLine]:
    """R5, in the order in which it is worked off."""
    return (*_of_certification(facts), *_of_learning(facts))


def _of_certification(facts: ProfileFacts) -> Sequence[CheckLine]:
    return (
        CheckLine(
            "proved",
            _("Your certification profile is proved by mail."),
            facts.profile_count > 0,
            _("Enter your MCID and the code that its address is sent."),
        ),
        CheckLine(
            "merged",
            _("You have no more than one certification profile."),
            facts.profile_count <= 1,
            _("Have both merged by certification support, then tell it here."),
        ),
        CheckLine(
            "personal",
            _("The certification profile is opened with a personal account."),
            facts.kind is AccountKind.PERSONAL,
            _("Have certification support move it to a personal account, then prove it anew."),
        ),
    )


def _of_learning(facts: ProfileFacts) -> Sequence[CheckLine]:
    is_same = facts.account is not None and facts.account == facts.learning_account
    return (
        CheckLine(
            "learning",
            _("You have a learning profile, opened with a personal or a work account."),
            facts.learning_kind is not None,
            _("Make one on the publisher's learning site, then tell it here."),
        ),
        CheckLine(
            "same_account",
            _("The same personal account stands on both profiles."),
            is_same,
            _("Add the account of the certification profile to the learning profile."),
        ),
        CheckLine(
            "one_to_one",
            _("The two profiles are linked one to one."),
            facts.is_learning_linked and is_same and facts.profile_count == 1,
            _("Link them in the settings of the learning profile, then tell it here."),
        ),
    )
