"""The long version: 10^5 random tamperings of the journal, each found at its row (M13)."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from flask import Flask
from sqlalchemy.engine import Connection

from tests.integration.audit.test_tampering import fill_many, matches
from tests.support.clock import StillClock
from tests.support.tampering import (
    check_on,
    first_faults,
    heads_noted,
    taken_back,
    tampering,
    vacuum,
)
from tests.support.tamperings import KINDS, Scene, read_scenes
from vlms.audit.checking import Heads

# On each of the two databases.
TIMES = int(os.environ.get("VLMS_TAMPERINGS", "50000"))
# Chains are checked each by itself: one check answers for a tampering of each. A few stay
# untouched, and must hold.
CHAINS, TOUCHED = 44, 40
ROUND = 50

pytestmark = pytest.mark.campaign


def test_random_tamperings_are_all_found_and_located(app: Flask, clock: StillClock) -> None:
    fill_many(clock, CHAINS)
    noted, chance, found = heads_noted(clock()), Random(24), Counter[str]()
    while sum(found.values()) < TIMES:
        with tampering(keep=False) as connection:
            scenes = read_scenes(connection, chance, clock())
            for _ in range(ROUND):
                found.update(tamper(connection, scenes, noted, chance))
        vacuum()
    count = sum(found.values())
    print(f"\n{count:,} tamperings, all found and located: {dict(found)}")
    print(f"undetected at most {3 / count:.1e} of them (95 %)")


def tamper(connection: Connection, scenes: list[Scene], noted: Heads, chance: Random) -> list[str]:
    """Tamper with so many chains, check once, and take all back; the kinds that were tried."""
    touched = {scene.chain_id: (chance.choice(KINDS), scene) for scene in scenes}
    for chain_id in chance.sample(sorted(touched), CHAINS - TOUCHED):
        del touched[chain_id]
    with taken_back(connection):
        expected = {chain_id: kind(scene) for chain_id, (kind, scene) in touched.items()}
        faults = first_faults(check_on(connection, noted))
    assert faults.keys() == expected.keys(), faults.keys() ^ expected.keys()
    for chain_id, fault in faults.items():
        assert matches(fault, expected[chain_id]), (touched[chain_id][0], fault, expected[chain_id])
    return [kind.__name__ for kind, _scene in touched.values()]
