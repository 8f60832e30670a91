"""What is wrong with a row of a chain, in words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.audit.rules.chain import NOBODYS
from vlms.audit.rules.holding import Fault, Wrong
from vlms.core.text import Text, _

WRONG: Mapping[Wrong, Text] = {
    Wrong.EDITED: _("the entry or its place was edited"),
    Wrong.MISSING: _("the entry is missing"),
    Wrong.MOVED: _("the entry was moved or swapped with another"),
    Wrong.INSERTED: _("the entry was inserted past the application"),
    Wrong.TRUNCATED: _("the end of the chain was cut off, here or later"),
    Wrong.DETAIL_EDITED: _("what it tells was edited"),
    Wrong.DETAIL_MISSING: _("what it tells is gone, and no entry says that it was erased"),
    Wrong.REWRITTEN: _("the chain was written anew, up to here"),
    Wrong.BACKDATED: _("the entry says that it is older than a head that was signed before it"),
    Wrong.FORGED_HEAD: _("the signature of a noted head or signing is not ours"),
    Wrong.NOT_OUTSIDE: _("the file of heads lacks this one: put the file back from its copy"),
    Wrong.NOT_INSIDE: _("the database lacks this head, which the file of heads has: removed there"),
    Wrong.INCOMPLETE: _(
        "a signing in the file of heads is not complete: lines are gone, or it was broken off "
        'and the next one, or "vlms audit sign", will say so'
    ),
    Wrong.UNGUARDED: _("the database no longer refuses changes of the journal: triggers are gone"),
}


def fault_sentence(fault: Fault, names: Mapping[UUID, str]) -> Text:
    """Whose chain, which place, which entry, what is wrong."""
    return _(
        "%(chain)s: position %(position)s, sequence %(sequence)s: %(wrong)s",
        chain=chain_name(fault.chain_id, names),
        position="–" if fault.position is None else fault.position,
        sequence="–" if fault.sequence is None else fault.sequence,
        wrong=WRONG[fault.wrong],
    )


def chain_name(chain_id: UUID, names: Mapping[UUID, str]) -> object:
    """The organisation's name in addresses; its key where there is no such organisation."""
    if chain_id == NOBODYS:
        return _("entries of no organisation")
    return names.get(chain_id, str(chain_id))
