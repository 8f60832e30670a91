"""Which steps lead from which state of a difference to which."""

from __future__ import annotations

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.reconciliation.rules.differences import DifferenceState as State

WORDS: dict[State, Text] = {
    State.OPEN: _("open"),
    State.ACCEPTED: _("accepted"),
    State.DISPUTED: _("disputed"),
    State.WRITTEN_OFF: _("written off"),
    State.CLOSED: _("closed"),
    State.GONE: _("no longer found"),
}
_SETTLED = frozenset({State.ACCEPTED, State.WRITTEN_OFF, State.CLOSED})
_NEXT: dict[State, frozenset[State]] = {
    State.OPEN: _SETTLED | {State.DISPUTED},
    State.DISPUTED: _SETTLED | {State.OPEN},
    State.ACCEPTED: frozenset({State.OPEN, State.CLOSED}),
    State.WRITTEN_OFF: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.GONE: frozenset(),
}
# A month with one of these is not closed.
WAITING = frozenset({State.OPEN})


def next_states(state: State) -> list[State]:
    """What can be done with it now, in the order of the buttons."""
    return [one for one in State if one in _NEXT[state]]


def check_step(state: State, wanted: State, reason: str) -> None:
    """Raises BadInput when the step does not lead there, or no reason is given."""
    if wanted not in _NEXT[state]:
        raise BadInput(
            None,
            _(
                "A difference that is %(state)s cannot become %(wanted)s.",
                state=WORDS[state],
                wanted=WORDS[wanted],
            ),
            reason="step",
        )
    if not reason.strip():
        raise BadInput(
            None,
            _("%(field)s is missing.", field=_("Reason")),
            reason="missing",
            field="reason",
            way_out=_("Say why, so that others understand it later."),
        )
