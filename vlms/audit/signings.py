"""What the signed heads in the database and those in the file say of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vlms.audit.heads import Signed, is_genuine, only_inside, only_outside
from vlms.audit.outside import WHOLE, Outside
from vlms.audit.rules.chain import NOBODYS
from vlms.audit.rules.holding import Fault, Wrong


@dataclass
class Signings:
    """Moments at which all chains were signed, and what is wrong with the heads of some."""

    moments: set[datetime] = field(default_factory=set)
    older: int = 0
    older_alone: int = 0
    faults: list[Fault] = field(default_factory=list)


def compare(public: bytes, outside: Outside, inside: Sequence[Signed]) -> Signings:
    """Which signings are whole: the file says so, or the database has a head of them.

    The database keeps all heads of a moment, or none; the file may have a part of them where a
    crash tore it, and then no ending, or one that says so. Signings from before there were
    endings are trusted only as far as the database has them.
    """
    genuine = [each for each in outside.heads if each and is_genuine(public, each)]
    endings = [each for each in outside.endings if is_genuine(public, each)]
    counted = Counter(each.at for each in genuine)
    said = Counter[str]()
    for each in endings:
        said[each.at] += each.count
    incomplete = {at for at in {*counted, *said} - outside.older if counted[at] != said[at]}
    whole = {each.at for each in endings if each.end == WHOLE} - incomplete
    known = {each.place for each in inside}
    own = {each.at for each in inside if is_genuine(public, each)}
    older = [each for each in genuine if each.at in outside.older]
    half = {each.at for each in older if each.place in known}
    vouched = [each for each in genuine if each.at in whole or each.at in half]
    forged = len(outside.endings) - len(endings)
    return Signings(
        {datetime.fromisoformat(at) for at in whole | own},
        len(older),
        sum(each.place not in known for each in older),
        [
            *[Fault(Wrong.FORGED_HEAD, NOBODYS, None, None)] * forged,
            *[Fault(Wrong.INCOMPLETE, NOBODYS, None, None)] * len(incomplete),
            *only_inside(outside.heads, inside),
            *only_outside(vouched, inside),
        ],
    )
