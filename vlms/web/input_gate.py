"""The input gate: what every request must be, whatever view it is for, before any view sees it.

Its first half looks at the envelope (host, sender's site, headers, address, cookies, size and
encoding of the body) before anything is looked up; its second half at the texts of the form,
when the visitor is known, so that a form of ours comes back to who typed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from flask import Flask, flash, g, request
from werkzeug.wrappers import Response

from vlms.core.errors import BadInput
from vlms.core.odd_text import is_odd
from vlms.core.reading import shown
from vlms.core.strict_json import NoJson, read_json
from vlms.core.text import Text, _
from vlms.web import kept_forms
from vlms.web.gate_refusals import AddressTooLong, Garbled, HeadersTooLarge, TooLarge

MOST_HEADERS = 100
LONGEST_HEADER = 8_190
HEADER_CHARACTERS = 65_536
LONGEST_PATH = 2_048
LONGEST_QUERY = 16_384
MOST_FIELDS = 20_000
LONGEST_FIELD_NAME = 200
LONGEST_FILE_NAME = 255
FORM_BYTES = 4 * 1024**2
JSON_BYTES = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_CGI = ("CONTENT_TYPE", "CONTENT_LENGTH")
_OWN_WAY = _("Go back and use the links and buttons of the page.")


def install_envelope(app: Flask) -> None:
    """Look at envelopes; to be installed before anything that looks up who asks."""
    app.before_request(check_envelope)


def install_texts(app: Flask) -> None:
    """Look at the texts of forms; to be installed when the visitor is known."""
    app.before_request(check_texts)


def check_envelope() -> None:
    """Raises Garbled, TooLarge, AddressTooLong, HeadersTooLarge or BadInput."""
    _check_bytes()
    _check_headers(request.environ)
    _check_path(request.environ)
    _check_query(request.environ.get("QUERY_STRING", ""))
    _check_cookies()
    _check_body()


def check_texts() -> Response | None:
    """A form of ours comes back without its odd characters; any other is refused."""
    odd = next(_odd_fields(), None)
    if odd is None:
        return None
    place = kept_forms.bring_back() if g.get("visitor") is not None else None
    if place is None:
        raise BadInput(
            None,
            _("%(field)s holds characters that no text has.", field=odd),
            field=odd,
            reason="odd_characters",
            way_out=_("Remove the invisible characters."),
        )
    flash(str(_("Invisible characters were removed from it: %(field)s.", field=odd)), "warning")
    return place


def _check_bytes() -> None:
    """Raw bytes in a query that are no UTF-8 would break the page that refuses them."""
    if _decoded(request.query_string) is None:
        request.query_string = b""
        raise _garbled(_("The address"))


def _check_headers(environ: dict[str, object]) -> None:
    found = {
        name: value
        for name, value in environ.items()
        if isinstance(value, str) and (name.startswith("HTTP_") or name in _CGI)
    }
    longest = max(map(len, found.values()), default=0)
    total = sum(len(name) + len(value) for name, value in found.items())
    if len(found) > MOST_HEADERS or longest > LONGEST_HEADER or total > HEADER_CHARACTERS:
        raise HeadersTooLarge(
            None,
            _("The request's headers are larger than those of any browser."),
            way_out=_("Delete this site's cookies in your browser, and try again."),
        )
    for name, value in found.items():
        if any(sign < " " and sign != "\t" for sign in value) or "\x7f" in value:
            raise _garbled(_header_name(name))


def _header_name(name: str) -> str:
    return name.removeprefix("HTTP_").replace("_", "-").title()


def _check_path(environ: dict[str, object]) -> None:
    raw = str(environ.get("PATH_INFO", ""))
    if len(raw) > LONGEST_PATH:
        raise _too_long()
    _check_address_text(_decoded(raw.encode("latin-1", "replace")), _("The address"))


def _check_query(query: str) -> None:
    if len(query) > LONGEST_QUERY:
        raise _too_long()
    for field, value in _pairs(query.encode("latin-1", "replace")):
        _check_address_text(field, shown(field or "") or _("The address"))
        _check_address_text(value, shown(field or "") or _("The address"))


def _check_address_text(text: str | None, name: Text | str) -> None:
    if text is None or is_odd(text):
        raise _garbled(name)


def _check_cookies() -> None:
    for name, value in request.cookies.items(multi=True):
        if is_odd(name, breaks=False) or is_odd(value, breaks=False):
            raise _garbled("Cookie")


def _check_body() -> None:
    """The urlencoded and JSON ones are read whole, but no further than is allowed."""
    if request.mimetype == _FORM:
        _check_urlencoded(_read_body(FORM_BYTES))
    elif request.mimetype == "application/json" or request.mimetype.endswith("+json"):
        try:
            # It may repeat a foreign server's words; who reads them leaves out what is odd.
            read_json(_read_body(JSON_BYTES), takes_odd=True)
        except NoJson as refusal:
            raise Garbled(None, refusal.sentence) from refusal


def _read_body(most: int) -> bytes:
    if (request.content_length or 0) > most:
        raise _too_large()
    # Where no length is told; the stream ends there.
    request.max_content_length = most
    return request.get_data(cache=True, parse_form_data=False)


def _check_urlencoded(body: bytes) -> None:
    if body.count(b"&") >= MOST_FIELDS:
        raise _too_large()
    for name, value in _pairs(body):
        if name is None or value is None:
            raise _garbled(shown(name or "") or _("The form"))


def _pairs(raw: bytes) -> Iterator[tuple[str | None, str | None]]:
    """Names and values of an address or a form; None for what is no UTF-8."""
    for part in raw.split(b"&"):
        name, _equals, value = part.partition(b"=")
        yield _unquoted(name), _unquoted(value)


def _unquoted(raw: bytes) -> str | None:
    return _decoded(unquote_to_bytes(raw.replace(b"+", b" ")) if b"%" in raw else raw)


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _odd_fields() -> Iterator[str]:
    """The names of fields and files that hold what no text has."""
    for name, values in request.form.lists():
        if _is_odd_name(name) or any(map(is_odd, values)):
            yield shown(name)
    for name, file in request.files.items(multi=True):
        told: Iterable[str] = (file.filename or "", file.mimetype or "")
        too_long = len(file.filename or "") > LONGEST_FILE_NAME
        if _is_odd_name(name) or too_long or any(is_odd(text, breaks=False) for text in told):
            yield shown(name)


def _is_odd_name(name: str) -> bool:
    return len(name) > LONGEST_FIELD_NAME or is_odd(name, breaks=False)


def _garbled(name: Text | str) -> Garbled:
    return Garbled(None, _("%(field)s cannot be read as text.", field=name), way_out=_OWN_WAY)


def _too_long() -> AddressTooLong:
    return AddressTooLong(None, _("The address is too long."), way_out=_OWN_WAY)


def _too_large() -> TooLarge:
    way_out = _("Send less at once, in several steps.")
    return TooLarge(None, _("More was sent than this page takes."), way_out=way_out)
