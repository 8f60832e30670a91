"""The long version: 10^5 random tamperings of the journal, each found at its row (M13)."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from flask import Flask

from tests.integration.audit.test_tampering import fill, matches
from tests.support.clock import StillClock
from tests.support.tampering import check_on, tampering
from tests.support.tamperings import KINDS, read_scene
from vlms.audit.rules.holding import Wrong

# On each of the two databases.
TIMES = int(os.environ.get("VLMS_TAMPERINGS", "50000"))

pytestmark = pytest.mark.campaign


def test_random_tamperings_are_all_found_and_located(app: Flask, clock: StillClock) -> None:
    chain_id, chance, found = fill(clock), Random(24), Counter[str]()
    for number in range(TIMES):
        kind = chance.choice(KINDS)
        with tampering(keep=False) as connection:
            expected = kind(read_scene(connection, chance, chain_id))
            faults = [
                each for each in check_on(connection).faults if each.wrong is not Wrong.UNGUARDED
            ]
        assert faults, (number, kind.__name__)
        assert matches(faults[0], expected), (number, kind.__name__, faults[0], expected)
        found[kind.__name__] += 1
    print(f"\n{sum(found.values()):,} tamperings, all found and located: {dict(found)}")
    print(f"undetected at most {3 / TIMES:.1e} of them (95 %)")
