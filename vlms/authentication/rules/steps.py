"""Which step comes next on the way in, as a function of what was proved so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """What somebody has shown in a session."""

    PASSWORD = "password"
    # A one-time link of a mail, with which they chose a password.
    MAILED_LINK = "mailed_link"
    # A one-time link on paper, handed to them, with which they chose a password.
    SLIP = "slip"
    # The organisation's sign-in provider has shown who it is; the second, with two factors,
    # where the organisation has said that this counts.
    PROVIDER = "provider"
    PROVIDER_FACTOR = "provider_factor"
    FACTOR = "factor"
    MAILED_CODE = "mailed_code"
    # A browser with which they signed in before; or no code by mail is asked here.
    DEVICE = "device"


class Step(StrEnum):
    """What comes next; the session opens nothing before DONE."""

    FACTOR = "factor"
    ENROL = "enrol"
    NEW_DEVICE_CODE = "new_device_code"
    DONE = "done"


# The page of each step but the last. A page is reached with `next`, the address wanted.
STEP_PAGES: dict[Step, str] = {Step.NEW_DEVICE_CODE: "authentication.device_code"}
# Who has one of these in hand owns the mailbox, was seen by somebody, or was here before.
_REACHED = frozenset(
    {Proof.MAILED_LINK, Proof.SLIP, Proof.MAILED_CODE, Proof.DEVICE, Proof.PROVIDER}
)


@dataclass(frozen=True)
class SoFar:
    """What the next step depends on.

    `needs_factor`: one of the user's roles demands a second factor; `has_mail`: mail can reach
    the user.
    """

    proofs: frozenset[Proof]
    has_factor: bool
    needs_factor: bool
    has_mail: bool


def next_step(so_far: SoFar) -> Step:
    """A second factor where there is one, even after a mailed link, and no code by mail beside
    it; else such a code on a device that the user has not used before; then a second factor is
    set up where a role demands one: whoever found out the password alone sets up none. Two
    factors that a provider has asked for are enough.
    """
    if Proof.PROVIDER_FACTOR in so_far.proofs:
        return Step.DONE
    if so_far.has_factor:
        return Step.DONE if Proof.FACTOR in so_far.proofs else Step.FACTOR
    is_known = bool(so_far.proofs & _REACHED)
    if so_far.has_mail and not is_known:
        return Step.NEW_DEVICE_CODE
    return Step.ENROL if so_far.needs_factor else Step.DONE
