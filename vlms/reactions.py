"""Which events of lower domains move higher ones, in the same transaction."""

from __future__ import annotations

from vlms.core.work import Reactions

REACTIONS: Reactions = {}
