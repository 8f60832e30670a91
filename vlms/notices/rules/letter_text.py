"""An organisation's own wording of a mail: plain text with placeholders in braces.

What a mail is for must stay in it, so a wording without its link is refused; and so is one
that names what the mail cannot tell. No placeholder stands for a code, and none is typed (C8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vlms.core.errors import BadInput
from vlms.core.reading import has_unseen, shown
from vlms.core.text import Text, _

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_SIGNATURE, LONGEST_REPLY_NAME = 200, 5000, 500, 100

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# As codes are written: groups with hyphens, or one long row, of capitals and digits together.
_CODE = re.compile(r"\b(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9])[A-Z0-9]{4,5}(?:-[A-Z0-9]{4,5}){2,}\b")
_LONG_CODE = re.compile(r"\b(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*[0-9])[A-Z0-9]{16,}\b")


@dataclass(frozen=True)
class Placeholder:
    """A word in braces and what stands there in the mail; `is_needed` where it must not miss."""

    name: str
    meaning: Text
    is_needed: bool = False

    @property
    def written(self) -> str:
        return "{" + self.name + "}"


@dataclass(frozen=True)
class Wording:
    """What an organisation writes itself, in one language."""

    subject: str
    text: str
    signature: str | None = None
    reply_name: str | None = None


_NAME = Placeholder("name", _("The recipient's name"))
_ORGANISATION = Placeholder("organisation", _("Your organisation's name"))
_PRODUCT = Placeholder("product", _("The product, in the letter's language"))
_LAST_DAY = Placeholder("last_day", _("The last day of use"))
_ZONE = Placeholder("zone", _("The time zone in which that day ends"))
_LINK = Placeholder("link", _("The link that opens it"), is_needed=True)
_ORDER = Placeholder("order", _("The order's number"))
_AGREEMENT = Placeholder("agreement", _("The agreement's number"))
_COUNT = Placeholder("count", _("How many"))
_TOTAL = Placeholder("total", _("The total before tax"))
_BATCH = Placeholder("batch", _("The batch's number"))
_PACK = Placeholder("pack", _("The pack's number"))

LETTERS: Mapping[str, tuple[Placeholder, ...]] = {
    "code_assigned": (_NAME, _ORGANISATION, _PRODUCT, _LAST_DAY, _ZONE, _LINK),
    "codes_claimed": (_NAME, _ORGANISATION, _COUNT, _LINK),
    "codes_ready": (
        _NAME,
        _ORGANISATION,
        _PRODUCT,
        _COUNT,
        _BATCH,
        _ORDER,
        _AGREEMENT,
        _LAST_DAY,
        _ZONE,
        _LINK,
    ),
    "pack_opened": (
        _NAME,
        _ORGANISATION,
        _PRODUCT,
        _COUNT,
        _PACK,
        _ORDER,
        _AGREEMENT,
        _LAST_DAY,
        _ZONE,
        _LINK,
    ),
    "order_placed": (_NAME, _ORGANISATION, _ORDER, _AGREEMENT, _TOTAL, _LINK),
    "order_acknowledged": (_NAME, _ORGANISATION, _ORDER, _AGREEMENT, _TOTAL, _LINK),
}
"""The templates that an organisation may word itself, and what each can tell."""


def check_wording(template: str, wording: Wording) -> None:
    """Raises BadInput, with all placeholders that are unknown or missing, in the list's order."""
    _check_line(wording.subject, "subject", LONGEST_SUBJECT)
    if wording.reply_name is not None:
        _check_line(wording.reply_name, "reply_name", LONGEST_REPLY_NAME)
    _check_text(wording.text, "text", LONGEST_TEXT)
    _check_text(wording.signature or "", "signature", LONGEST_SIGNATURE)
    known = LETTERS[template]
    names = {each.name for each in known}
    # A subject is read in lists, where nobody can open a link.
    _check_known(wording.subject, "subject", names - {_LINK.name})
    _check_known(wording.text, "text", names)
    _check_known(wording.signature or "", "signature", names - {_LINK.name})
    missing = [
        each.written for each in known if each.is_needed and each.written not in wording.text
    ]
    if missing:
        raise BadInput(
            None,
            _("These placeholders must stand in the text: %(names)s.", names=tuple(missing)),
            field="text",
            way_out=_("Without them nobody could do what the mail is for."),
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; what a value holds in braces is not filled in again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _check_known(text: str, field: str, names: set[str]) -> None:
    found = _PLACEHOLDER.finditer(text)
    unknown = dict.fromkeys(shown(each[0]) for each in found if each[1] not in names)
    if unknown:
        raise BadInput(
            None,
            _("These placeholders are not known here: %(names)s.", names=tuple(unknown)),
            field=field,
            way_out=_(
                "Known are: %(names)s.", names=tuple("{" + name + "}" for name in sorted(names))
            ),
        )


def _check_line(line: str, field: str, longest: int) -> None:
    if "\n" in line or "\r" in line:
        raise BadInput(
            None,
            _("This must be one line."),
            field=field,
            way_out=_("Take the line breaks out."),
        )
    _check_text(line, field, longest)
    if not line.strip():
        raise BadInput(None, _("This must not be empty."), field=field)


def _check_text(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise BadInput(None, _("Use at most %(longest)s characters.", longest=longest), field=field)
    if has_unseen(text):
        raise BadInput(None, _("Remove the invisible characters."), field=field)
    if _CODE.search(text) or _LONG_CODE.search(text):
        raise BadInput(
            "C8",
            _("A mail never holds a code, and this looks like one."),
            field=field,
            way_out=_("The link leads to the code, after signing in."),
        )
