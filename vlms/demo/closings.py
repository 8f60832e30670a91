"""The demo's certificate of the agreement that has ended, as the sweep writes it."""

from __future__ import annotations

from functools import partial

from vlms.core.commands import OPERATOR
from vlms.core.work import working
from vlms.demo.orders import SCOPE, Stage
from vlms.planning.service.closing_sweep import sweep_closings


def play_closings(stage: Stage) -> None:
    sweep_closings(partial(working, OPERATOR, SCOPE, stage.now))
