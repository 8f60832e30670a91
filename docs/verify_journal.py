#!/usr/bin/env python3
"""Check a period of a VLMS journal, offline and without VLMS: python3 verify_journal.py FILE

Exit code 0: nothing in the file was changed, left out, added or put elsewhere since it was
written. 1: it was; the first bad line is named. 2: it could not be checked,
because it has no entries, is a file of another kind, or something is missing.

  --key HEX            the installation's public key (64 digits), from somewhere else than the
                       file: who makes a whole file anew brings a key of their own with it
  --heads FILE         signed heads that were kept elsewhere (a copy of VLMS_HEADS_FILE): also
                       told are heads that somebody removed from the database
  --erased-later       details may be gone that a later entry, outside the file, says were erased
  --without-signatures check the chain alone, where the package "cryptography" is missing

Needs Python 3.9 or newer; signatures need the package "cryptography".

How a chain is made: each entry has a place (`position`) in the chain of its organisation, the
`digest` of the place before it (`previous`; 32 zero bytes before the first), and its own:
SHA-256 of `previous` and the entry as one line of JSON, ["vlms-journal-1", chain, position,
sequence, organisation_id, actor_id, action, record_kind, record_id, at, reason,
detail_digest], ASCII, without spaces. `detail_digest` is SHA-256 of the salt and of
[actor_name, before, after] as JSON with sorted keys. A signed head is an Ed25519 signature of
["vlms-journal-head-1", chain, position, digest, at] written in the same way; that of the end
is one of all values of the first line, in their order, and of the end's position and digest.
No entry behind a signed head may say that it is older than that head, by more than ten minutes:
clocks differ, and an entry tells when its work began.
In the file of heads each signing ends with a line of its own, an Ed25519 signature of
["vlms-journal-signing-1", at, count, end] written in the same way: so many heads, of all chains
that had moved, were signed at that moment; `end` is "whole", or "broken off" where the program was
killed. A chain without a head of that moment had not moved. Signings of older releases have no
such line.
"""

import argparse
import bisect
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta

EXPORT, ENTRY, HEAD = "vlms-journal-export-1", "vlms-journal-1", "vlms-journal-head-1"
SIGNING = "vlms-journal-signing-1"
OURS = re.compile(rb'"line":\s*"(journal|entry|head|end)"')
FIELDS = (
    "sequence organisation_id actor_id action record_kind record_id at reason detail_digest"
).split()
ERASED = "audit_detail.erased"
NOBODYS = "00000000-0000-0000-0000-000000000000"
TOLERANCE = timedelta(minutes=10)


class Bad(Exception):
    """The file is not what was written."""


class CannotCheck(Exception):
    """What is needed for checking is missing."""


def unique(pairs):
    """No name twice in one object: two readers could take different ones."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Bad("a name stands there twice")
    return found


def line_of(line):
    if not line.endswith(b"\n"):
        raise Bad("the line is cut off")
    try:
        told = json.loads(line.decode("ascii"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Bad(f"no JSON in ASCII: {error}") from error
    if not isinstance(told, dict):
        raise Bad("the line is no object")
    return told


def read_lines(path):
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                told = line_of(line)
            except Bad as error:
                raise Bad(f"line {number}: {error}") from error
            yield number, told


def one_line(fields, **how):
    return json.dumps(fields, separators=(",", ":"), **how).encode("ascii")


def digest_of_detail(detail):
    fields = [detail["actor_name"], detail["before"], detail["after"]]
    told = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(bytes.fromhex(detail["salt"]) + told.encode("utf-8")).hexdigest()


class Signatures:
    """Checks signatures with one key; without the package, refuses to pretend."""

    def __init__(self, key, wanted):
        self.key, self.count, self.check = key, 0, None
        if not wanted:
            return
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError as error:
            raise CannotCheck(
                'the package "cryptography" is missing; --without-signatures checks the rest'
            ) from error
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))

        def check(signed, message):
            try:
                public.verify(bytes.fromhex(signed["signature"]), one_line(message))
            except InvalidSignature:
                where = f"the {signed.get('line', 'head')} at position {signed['position']}"
                raise Bad(f"{where} is not signed with key {key_id(key)}") from None

        self.check = check

    def genuine(self, signed, message):
        if self.check is not None:
            self.check(signed, message)
            self.count += 1

    def genuine_head(self, head):
        if head["form"] != HEAD or head["key"] != key_id(self.key):
            raise Bad(f"the head at position {head['position']} is not of key {key_id(self.key)}")
        self.genuine(head, [HEAD, head["chain"], head["position"], head["digest"], head["at"]])

    def genuine_ending(self, ending):
        if ending["key"] != key_id(self.key):
            raise Bad(f"the signing at {ending['at']} is not of key {key_id(self.key)}")
        named = {"line": f"signing of {ending['at']}", "position": "–", **ending}
        self.genuine(named, [SIGNING, ending["at"], ending["count"], ending["end"]])


def key_id(key):
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


class Chain:
    """Walks along the chain, place by place."""

    def __init__(self, said):
        self.chain, self.position, self.digest = said["chain"], said["position"], said["digest"]
        self.first = self.position
        self.digests = {self.position: self.digest}
        self.gone, self.erased, self.begin, self.edge = {}, [], None, None
        self.moments, self.heads, self.signings = [], [], []

    def take(self, entry):
        if entry["position"] != self.position + 1:
            raise Bad(
                f"position {self.position + 1} was expected, {entry['position']} stands there"
            )
        if entry["previous"] != self.digest:
            raise Bad("the entry does not follow the one before it")
        if (entry["organisation_id"] or NOBODYS) != self.chain:
            raise Bad("the entry is another organisation's")
        fields = [ENTRY, self.chain, entry["position"], *(entry[name] for name in FIELDS)]
        digest = hashlib.sha256(bytes.fromhex(self.digest) + one_line(fields)).hexdigest()
        if digest != entry["digest"]:
            raise Bad("the entry was changed")
        self.take_detail(entry)
        self.position, self.digest = entry["position"], digest
        self.digests[self.position] = digest
        self.moments.append(moment(entry["at"]))

    def take_detail(self, entry):
        if entry["action"] == ERASED:
            for told in (entry["reason"] or "").split(","):
                match = re.fullmatch(r"(\d{1,19})(?:-(\d{1,19}))?", told)
                if match:
                    self.erased.append((int(match[1]), int(match[2] or match[1])))
        if entry["detail"] is None:
            self.gone[entry["sequence"]] = entry["position"]
        elif digest_of_detail(entry["detail"]) != entry["detail_digest"]:
            raise Bad("what the entry tells was changed")

    def unexplained(self):
        spans = self.erased
        return [
            position
            for sequence, position in sorted(self.gone.items())
            if not any(first <= sequence <= last for first, last in spans)
        ]

    def passes(self, head):
        if head["chain"] != self.chain:
            raise Bad("a head is of another chain")
        if self.digests.get(head["position"], head["digest"]) != head["digest"]:
            raise Bad(f"the chain was written anew, up to position {head['position']}")
        self.heads.append((head["position"], moment(head["at"])))

    def in_time(self):
        """A place was still empty at the last signing before the head that first covers it."""
        positions = [position for position, _at in sorted(self.heads)]
        floors = self.floors()
        for position, at in enumerate(self.moments, start=self.first + 1):
            floor = floors[bisect.bisect_left(positions, position)]
            if floor is not None and at < floor - TOLERANCE:
                raise Bad(
                    f"position {position}: the entry says that it is of {at}, but what was "
                    f"signed at {floor} did not have it yet"
                )

    def floors(self):
        signings = sorted({*self.signings, *(at for _position, at in self.heads)})
        found, cover = [signings[-1] if signings else None], None
        for _position, at in sorted(self.heads, reverse=True):
            cover = at if cover is None else min(cover, at)
            before = bisect.bisect_left(signings, cover)
            found.append(signings[before - 1] if before else None)
        return found[::-1]


def moment(told):
    if not told.endswith("Z"):
        raise Bad(f"{told!r} is no moment in UTC")
    return datetime.fromisoformat(told[:-1])


def expect(lines, kind):
    try:
        number, told = next(lines)
    except StopIteration:
        raise Bad(f"the file ends where {kind!r} was expected") from None
    if told.get("line") != kind:
        raise Bad(f"line {number}: {kind!r} was expected, not {told.get('line')!r}")
    return told


def within(entry, said):
    since, until = said["since"], said["until"]
    return (since is None or entry["at"] >= since) and (until is None or entry["at"] < until)


def period(said):
    return f"{said['since'] or 'the beginning'} to {said['until'] or said['made_at']}"


def of_our_kind(path):
    """Raises CannotCheck for what never was a file of this kind, changed or not."""
    with open(path, "rb") as file:
        first = file.readline()
        if OURS.search(first) or any(map(OURS.search, file)):
            return
    if not first:
        raise CannotCheck(f"{path} is empty")
    kind = "no period of a VLMS journal"
    if HEAD.encode() in first or SIGNING.encode() in first:
        kind = "a file of signed heads: it belongs behind --heads, beside a period of the journal"
    raise CannotCheck(f"{path} is {kind}")


def check(path, options):
    of_our_kind(path)
    lines = read_lines(path)
    said = expect(lines, "journal")
    if re.fullmatch(r"vlms-journal-export-([2-9]|\d{2,})", said["form"]):
        raise CannotCheck(
            f"the file is {said['form']!r}: take the script of the release that wrote it"
        )
    if said["form"] != EXPORT:
        raise Bad(f"the file is {said['form']!r}; this script reads {EXPORT!r}")
    key = options.key or said["public_key"]
    if said["public_key"] != key:
        raise Bad("the file names another key than the one that was given")
    signatures = Signatures(key, not options.without_signatures)
    chain = Chain(said)
    end = walk(lines, chain, signatures)
    sealed = [value for name, value in said.items() if name != "line"]
    signatures.genuine(end, [*sealed, end["position"], end["digest"]])
    ends_well(chain, end, said)
    heads = HeadsFile(options.heads)
    heads.judge(said, chain, signatures)
    chain.in_time()
    unexplained = chain.unexplained()
    if unexplained and not options.erased_later:
        raise Bad(
            f"position {unexplained[0]}: what it tells is gone, and no entry of this file says that "
            "it was erased (take a file up to today, or see --erased-later)"
        )
    if chain.position == chain.first:
        raise CannotCheck(
            f"the file has no entries: {said['name'] or 'the chain of no organisation'} has none "
            f"from {period(said)}, and nothing is proved by it; take a longer period"
        )
    return told(said, chain, signatures, key, len(unexplained), heads, options.key)


def walk(lines, chain, signatures):
    """Take all entries, then the heads; returns the end."""
    heads = -1
    for number, line in lines:
        try:
            kind = line.get("line")
            if kind == "entry" and heads < 0:
                chain.take(line)
                chain.begin, chain.edge = chain.begin or line, line
            elif kind == "head" and line["position"] > heads:
                heads = line["position"]
                signatures.genuine_head(line)
                chain.passes(line)
            elif kind == "end":
                for further, _told in lines:
                    raise Bad(f"line {further} stands behind the end")
                return line
            else:
                raise Bad(f"{kind!r} does not belong here")
        except Bad as error:
            raise Bad(f"line {number}: {error}") from error
    raise Bad("the end is missing: the file was cut off")


def ends_well(chain, end, said):
    if (end["position"], end["digest"]) != (chain.position, chain.digest):
        raise Bad(f"the file ends at position {chain.position}, not at {end['position']}")
    if chain.position > chain.first and not (
        within(chain.begin, said) and within(chain.edge, said)
    ):
        raise Bad("the entries are not of the period that the file names")


class HeadsFile:
    """The heads that were kept outside the database, and the last lines of their signings."""

    def __init__(self, path):
        self.path, self.heads, self.endings, self.older, self.open = path, [], [], set(), set()
        if path:
            with open(path, encoding="ascii", errors="replace") as file:
                for number, line in enumerate(file, start=1):
                    # A copy may have been made while the last line was written.
                    if line.strip() and line.endswith("\n"):
                        self.take(number, line)
        if not self.endings:
            self.older, self.open = self.open, set()

    def take(self, number, line):
        try:
            told = json.loads(line)
            form, at = told["form"], told["at"]
        except (ValueError, KeyError, TypeError) as error:
            raise CannotCheck(f"line {number} of {self.path} is no signed head") from error
        if form == SIGNING:
            if not self.endings:
                self.older = self.open - {at}
            self.endings.append(told)
            self.open = set()
        else:
            self.heads.append(told)
            self.open.add(at)

    def judge(self, said, chain, signatures):
        own = [head for head in self.heads if head["chain"] == said["chain"]]
        for ending in self.endings:
            signatures.genuine_ending(ending)
        there = {position for position, _at in chain.heads}
        for head in own:
            signatures.genuine_head(head)
            chain.passes(head)
        whole = self.whole()
        chain.signings = [moment(at) for at in whole]
        for head in own:
            if (
                head["at"] in whole
                and head["position"] not in there
                and was_there(head, said, chain)
            ):
                raise Bad(
                    f"the head at position {head['position']}, signed at {head['at']}, is missing: "
                    "somebody removed it from the database"
                )

    def whole(self):
        """The moments of whole signings. What stands behind the last one may still be at work."""
        count, said = {}, {}
        for head in self.heads:
            count[head["at"]] = count.get(head["at"], 0) + 1
        for ending in self.endings:
            said[ending["at"]] = said.get(ending["at"], 0) + ending["count"]
        for at in sorted({*count, *said} - self.older - self.open):
            if count.get(at, 0) != said.get(at, 0):
                raise Bad(f"lines of the signing at {at} are missing in {self.path}")
        return {ending["at"] for ending in self.endings if ending["end"] == "whole"}


def was_there(head, said, chain):
    """Whether the file must have this head: it was kept well before the file was made."""
    within = chain.first <= head["position"] <= chain.position
    return within and moment(head["at"]) < moment(said["made_at"]) - TOLERANCE


def told(said, chain, signatures, key, unexplained, heads, is_given):
    count = chain.position - chain.first
    lines = [
        f"{said['name']}: {count} entries, positions {chain.first + 1} to {chain.position}, "
        f"{period(said)}: holds",
        f"{len(chain.gone)} details were erased, {unexplained} of them as only later entries say",
    ]
    if signatures.count:
        lines.append(f"{signatures.count} signatures of key {key_id(key)} are genuine")
        if not is_given:
            lines.append("That key came with the file: ask the operator whether it is theirs.")
    else:
        lines.append("Signatures were NOT checked: a whole file made anew would not be noticed.")
    if heads.older:
        lines.append(
            f"{len(heads.older)} signings in {heads.path} are older than the line that ends each: "
            "of them a quiet chain, or heads removed from the database, are not told"
        )
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--heads")
    parser.add_argument("--erased-later", action="store_true")
    parser.add_argument("--without-signatures", action="store_true")
    options = parser.parse_args(arguments)
    try:
        print(check(options.file, options))
        return 0
    except Bad as error:
        print(f"DOES NOT HOLD: {error}")
        return 1
    except CannotCheck as error:
        print(f"cannot be checked: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(
            f"DOES NOT HOLD: a line lacks what belongs there, or holds something else ({error!r})"
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
