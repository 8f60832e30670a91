#!/usr/bin/env python3
"""Check a period of a VLMS journal, offline and without VLMS: python3 verify_journal.py FILE

Exit code 0: nothing in the file was changed, left out, added or put elsewhere since it was
written. 1: it was; the first bad line is named. 2: it could not be checked.

  --key HEX            the installation's public key (64 digits), from somewhere else than the
                       file: who makes a whole file anew brings a key of their own with it
  --heads FILE         signed heads that were kept elsewhere (a copy of VLMS_HEADS_FILE)
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
"""

import argparse
import bisect
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta

EXPORT, ENTRY, HEAD = "vlms-journal-export-1", "vlms-journal-1", "vlms-journal-head-1"
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


def key_id(key):
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


class Chain:
    """Walks along the chain, place by place."""

    def __init__(self, said):
        self.chain, self.position, self.digest = said["chain"], said["position"], said["digest"]
        self.first = self.position
        self.digests = {self.position: self.digest}
        self.gone, self.erased, self.begin, self.edge = {}, [], None, None
        self.moments, self.heads = [], []

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
                    f"position {position}: the entry says that it is of {at}, but a head that was "
                    f"signed at {floor} did not have it yet"
                )

    def floors(self):
        signings = sorted(at for _position, at in self.heads)
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


def check(path, options):
    lines = read_lines(path)
    said = expect(lines, "journal")
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
    for head in other_heads(options.heads, said["chain"]):
        signatures.genuine_head(head)
        chain.passes(head)
    chain.in_time()
    unexplained = chain.unexplained()
    if unexplained and not options.erased_later:
        raise Bad(
            f"position {unexplained[0]}: what it tells is gone, and no entry of this file says that "
            "it was erased (take a file up to today, or see --erased-later)"
        )
    return told(said, chain, signatures, key, len(unexplained), options)


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


def other_heads(path, chain):
    if path:
        with open(path, encoding="ascii", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                # A copy may have been made while the last line was written.
                if not line.strip() or not line.endswith("\n"):
                    continue
                try:
                    head = json.loads(line)
                    wanted = head["chain"] == chain
                except (ValueError, KeyError, TypeError) as error:
                    raise CannotCheck(f"line {number} of {path} is no signed head") from error
                if wanted:
                    yield head


def told(said, chain, signatures, key, unexplained, options):
    count = chain.position - chain.first
    lines = [
        f"{said['name']}: {count} entries, positions {chain.first + 1} to {chain.position}, "
        f"{said['since'] or 'the beginning'} to {said['until'] or said['made_at']}: holds",
        f"{len(chain.gone)} details were erased, {unexplained} of them as only later entries say",
    ]
    if signatures.count:
        lines.append(f"{signatures.count} signatures of key {key_id(key)} are genuine")
        if not options.key:
            lines.append("That key came with the file: ask the operator whether it is theirs.")
    else:
        lines.append("Signatures were NOT checked: a whole file made anew would not be noticed.")
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
