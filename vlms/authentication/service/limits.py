"""How often somebody may fail to get in within an hour: by account, by network, and all in all."""

from __future__ import annotations

from uuid import UUID

from vlms.authentication.queries import find_device_of
from vlms.core.sign_in_names import kept_address
from vlms.core.tries import count_try, network_of, uncount_try, watch
from vlms.core.work import Work

BY_ACCOUNT = "sign_in_by_account"
BY_NETWORK = "sign_in_by_network"
BY_ALL = "sign_in_by_all"
LINKS_BY_ADDRESS = "password_link_by_address"
LINKS_BY_NETWORK = "password_link_by_network"
PROOFS = "proof_by_account"
CODES = "sign_in_code_by_account"
PROVIDERS = "sign_in_provider_by_network"
PROVIDER_VISITS = "sign_in_provider_visit_by_network"
# Tries an hour. A class may sit behind one network; all in all is a brake on a whole botnet.
LIMITS = {
    BY_ACCOUNT: 10,
    BY_NETWORK: 100,
    BY_ALL: 5_000,
    LINKS_BY_ADDRESS: 3,
    LINKS_BY_NETWORK: 30,
    PROOFS: 10,
    CODES: 6,
    PROVIDERS: 100,
    PROVIDER_VISITS: 300,
}
_EVERYBODY = "everybody"
# What is typed at the second step, and from a mail on a new device.
SECOND_STEPS = "second_step"
MAILED_CODES = "mailed_code"
# The same of each user, for the journal; other limits stop them.
STEP_FAILURES = "second_step_by_account"
CODE_FAILURES = "mailed_code_by_account"
_NO_LIMIT = 2**30
watch(BY_ACCOUNT, PROOFS, SECOND_STEPS, MAILED_CODES, PROVIDERS, refused=(BY_NETWORK, BY_ALL))


def count_sign_in(work: Work, typed: str, source: str | None, device: str = "") -> None:
    """Count a try before its password is looked at. Raises TooMany, and counts nothing then.

    What was typed is counted whether or not it is anybody's. A device with which its user has
    signed in before has a count of its own: strangers who fail do not keep the user out.
    """
    for kind, who in _of_sign_in(work, typed, source, device):
        count_try(work, kind, who, LIMITS[kind])


def uncount_sign_in(work: Work, typed: str, source: str | None, device: str = "") -> None:
    """The try succeeded: only failures count."""
    for kind, who in _of_sign_in(work, typed, source, device):
        uncount_try(work, kind, who)


def count_link(work: Work, typed: str, source: str | None) -> None:
    """Count somebody's asking for a link. Raises TooMany."""
    count_try(work, LINKS_BY_NETWORK, network_of(source), LIMITS[LINKS_BY_NETWORK])
    count_try(work, LINKS_BY_ADDRESS, kept_address(typed), LIMITS[LINKS_BY_ADDRESS])


def count_code(work: Work, user_id: UUID) -> None:
    """Count the sending of a one-time code. Raises TooMany."""
    count_try(work, CODES, str(user_id), LIMITS[CODES])


def count_provider(work: Work, source: str | None) -> None:
    """Count an answer of a sign-in provider before it is looked at. Raises TooMany."""
    count_try(work, PROVIDERS, network_of(source), LIMITS[PROVIDERS])


def uncount_provider(work: Work, source: str | None) -> None:
    uncount_try(work, PROVIDERS, network_of(source))


def count_provider_visit(work: Work, source: str | None) -> None:
    """Count somebody's setting out for a provider, until they come back. Raises TooMany."""
    count_try(work, PROVIDER_VISITS, network_of(source), LIMITS[PROVIDER_VISITS])


def uncount_provider_visit(work: Work, source: str | None) -> None:
    uncount_try(work, PROVIDER_VISITS, network_of(source))


def count_proof(work: Work) -> None:
    """Count a try to prove who one is, by who has signed in. Raises TooMany."""
    count_try(work, PROOFS, str(work.actor.user_id), LIMITS[PROOFS])


def uncount_proof(work: Work) -> None:
    uncount_try(work, PROOFS, str(work.actor.user_id))


def count_failed(work: Work, kind: str, user_id: UUID) -> None:
    """Count what a user typed after the password, before it is known to be right."""
    count_try(work, kind, str(user_id), _NO_LIMIT)


def uncount_failed(work: Work, kind: str, user_id: UUID) -> None:
    uncount_try(work, kind, str(user_id))


def sign_in_of_device(kept: str, device_id: UUID) -> str:
    """Whom tries with an account's known device are counted for."""
    return f"{kept}|{device_id}"


def _of_sign_in(
    work: Work, typed: str, source: str | None, device: str
) -> tuple[tuple[str, str], ...]:
    kept = kept_address(typed)
    known = find_device_of(work.session, kept, device)
    return (
        (BY_ACCOUNT, kept if known is None else sign_in_of_device(kept, known.id)),
        (BY_NETWORK, network_of(source)),
        (BY_ALL, _EVERYBODY),
    )
