"""What is asked of a sign-in provider: its metadata, its keys, and a token for a code.

What it says of itself is kept for ten minutes in each process; a failure for a few seconds, so
that a provider that is down is not asked by every visitor. Nothing of it is stored.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from joserfc import jwt
from joserfc.errors import JoseError

from vlms.authentication.errors import ProviderRefused, ProvidersBusy
from vlms.authentication.rules.id_tokens import ALGORITHMS, refused
from vlms.authentication.service.provider_keys import Key, Known, read_key
from vlms.authentication.service.provider_refusals import (
    bad_issuer,
    bad_metadata,
    down,
    failed_call,
    unsigned,
)
from vlms.core.calling import CallFailed, Fence, call, exchange, split_address
from vlms.core.errors import BadInput
from vlms.core.strict_json import read_json
from vlms.core.text import _

KEPT = timedelta(minutes=10)
FAILURE_KEPT = timedelta(seconds=15)
# How often keys are asked for again because a token names one that is not known.
KEYS_EVERY = timedelta(minutes=1)
LONGEST_TOKEN = 16_384
_WELL_KNOWN = "/.well-known/openid-configuration"
_log = structlog.get_logger()


@dataclass(frozen=True)
class Metadata:
    """Where a provider is asked, and how."""

    issuer: str
    authorization: str
    token: str
    keys: str
    by_post: bool
    names_itself: bool


@dataclass
class _Kept:
    at: datetime
    value: Any


@dataclass
class _Memory:
    fence: Fence = field(default_factory=Fence)
    metadata: dict[str, _Kept] = field(default_factory=dict)
    failures: dict[str, _Kept] = field(default_factory=dict)
    keys: dict[str, _Kept] = field(default_factory=dict)


_memory = _Memory()
_MOST_KEPT = 1_000


def use_fence(fence: Fence) -> None:
    """Told once, by the application; what was kept is forgotten."""
    _memory.fence = fence
    for kept in (_memory.metadata, _memory.failures, _memory.keys):
        kept.clear()


def check_address(address: str) -> None:
    """Raises BadInput for an issuer that could never be asked."""
    try:
        parts = split_address(_memory.fence, address)
    except CallFailed as failed:
        raise bad_issuer(failed.why) from None
    if parts.query:
        raise bad_issuer("query")


@contextmanager
def one_exchange() -> Iterator[None]:
    """All that a provider is asked within takes ten seconds together. Raises ProvidersBusy."""
    try:
        with exchange():
            yield
    except CallFailed as failed:
        _log.warning("sign-in provider", step="exchange", why=failed.why)
        raise failed_call(failed) from None


def discover(issuer: str, now: datetime, *, anew: bool = False) -> Metadata:
    """What the provider says of itself. Raises ProviderRefused."""
    kept = _memory.metadata.get(issuer)
    if kept is not None and not anew and _is_fresh(kept, now, KEPT):
        return kept.value  # type: ignore[no-any-return]
    failure = _memory.failures.get(issuer)
    if failure is not None and not anew and _is_fresh(failure, now, FAILURE_KEPT):
        raise down()
    try:
        found = _read_metadata(issuer, _fetch(issuer.rstrip("/") + _WELL_KNOWN))
    except ProviderRefused as refusal:
        if not isinstance(refusal, ProvidersBusy):
            _keep(_memory.failures, issuer, now, None)
        raise
    _keep(_memory.metadata, issuer, now, found)
    return found


def try_provider(issuer: str, now: datetime) -> None:
    """Ask for metadata and keys, now. Raises ProviderRefused."""
    with one_exchange():
        found = discover(issuer, now, anew=True)
        if not _keys(found, now, anew=True):
            raise bad_metadata("jwks_uri")


def fetch_token(metadata: Metadata, client: tuple[str, str], form: Mapping[str, str]) -> str:
    """The ID token for a code; `client` is id and secret. Raises ProviderRefused."""
    client_id, secret = client
    headers, sent = {}, dict(form)
    if metadata.by_post:
        sent |= {"client_id": client_id, "client_secret": secret}
    else:
        plain = f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()
        headers["Authorization"] = "Basic " + base64.b64encode(plain).decode("ascii")
    try:
        answer = call(_memory.fence, metadata.token, sent, headers)
    except CallFailed as failed:
        raise _noted("token", metadata.token, failed) from None
    if answer.status >= 500:
        raise down()
    told = _read_object(answer.body)
    token = told.get("id_token")
    if answer.status != 200 or not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        _log.warning("sign-in provider", step="token", why=_word(told.get("error")))
        raise refused("no_token", _("The provider does not accept this sign-in any more."))
    return token


def open_token(metadata: Metadata, token: str, now: datetime) -> Mapping[str, Any]:
    """The claims of a token that the provider has signed. Raises ProviderRefused."""
    try:
        header = _read_object(_unpacked(token.split(".")[0]))
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise unsigned("algorithm")
        key = _find_key(metadata, now, algorithm, key_id)
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, BadInput, RecursionError) as error:
        raise unsigned(type(error).__name__) from None


def _find_key(metadata: Metadata, now: datetime, algorithm: str, key_id: object) -> Key:
    """The one key with this id; a key that is not known may be a new one."""
    for anew in (False, True):
        fitting = [
            key
            for known_id, kind, key in _keys(metadata, now, anew=anew)
            if kind == algorithm and key_id in (None, known_id)
        ]
        if len(fitting) == 1:
            return fitting[0]
    raise unsigned("key")


def _keys(metadata: Metadata, now: datetime, *, anew: bool) -> list[Known]:
    """(id, algorithm, key) each; asked for anew at most once a minute."""
    kept = _memory.keys.get(metadata.keys)
    if kept is not None and _is_fresh(kept, now, KEYS_EVERY if anew else KEPT):
        return kept.value  # type: ignore[no-any-return]
    told = _fetch(metadata.keys).get("keys")
    found = [read_key(each) for each in told[:100]] if isinstance(told, list) else []
    usable = [each for each in found if each is not None]
    _keep(_memory.keys, metadata.keys, now, usable)
    return usable


def _read_metadata(issuer: str, told: Mapping[str, Any]) -> Metadata:
    if told.get("issuer") != issuer:
        raise bad_metadata("issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = (_place(told, name) for name in names)
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if not {"client_secret_basic", "client_secret_post"} & set(map(str, _list(methods))):
        raise bad_metadata("token_endpoint_auth_methods_supported")
    signed = told.get("id_token_signing_alg_values_supported") or ["RS256"]
    if not set(ALGORITHMS) & set(map(str, _list(signed))):
        raise bad_metadata("id_token_signing_alg_values_supported")
    return Metadata(
        issuer,
        authorization,
        token,
        keys,
        by_post="client_secret_basic" not in _list(methods),
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )


def _place(told: Mapping[str, Any], name: str) -> str:
    """An address that the provider names, which may be called."""
    place = str(told.get(name, ""))
    try:
        split_address(_memory.fence, place)
    except CallFailed:
        raise bad_metadata(name) from None
    return place


def _fetch(address: str) -> Mapping[str, Any]:
    try:
        answer = call(_memory.fence, address)
    except CallFailed as failed:
        raise _noted("metadata", address, failed) from None
    if answer.status != 200:
        raise down()
    try:
        return _read_object(answer.body)
    except BadInput:
        raise bad_metadata("JSON") from None


def _noted(step: str, address: str, failed: CallFailed) -> ProviderRefused:
    """Who was asked in vain stands in the log, for whoever switches it off."""
    host = urlsplit(address).hostname
    _log.warning("sign-in provider", step=step, why=failed.why, host=host)
    return failed_call(failed)


def _read_object(body: bytes) -> Mapping[str, Any]:
    try:
        found = read_json(body, takes_odd=True)
    except BadInput:
        found = None
    if not isinstance(found, dict):
        raise refused("no_json", _("The provider's answer cannot be read."))
    return found


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _keep(where: dict[str, _Kept], name: str, now: datetime, value: Any) -> None:
    if len(where) >= _MOST_KEPT:
        where.clear()
    where[name] = _Kept(now, value)


def _is_fresh(kept: _Kept, now: datetime, lasting: timedelta) -> bool:
    return timedelta(0) <= now - kept.at < lasting


def _list(told: object) -> list[Any]:
    return told if isinstance(told, list) else []


def _word(told: object) -> str:
    """An error's word, if it is one."""
    is_word = isinstance(told, str) and len(told) <= 40 and told.isascii() and told.isidentifier()
    return str(told) if is_word else "unknown"
