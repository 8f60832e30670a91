"""`vlms links`: one's own MCID and its link, acting as that person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import (
    EMAIL,
    json_option,
    organisation_named,
    own_option,
    own_work,
    user_named,
)
from vlms.accounts.queries import list_persons_of
from vlms.accounts.rules.mcid import read_mcid
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.cli.linked import ORGANISATION_COMMANDS
from vlms.partners.models.links import CertificationProfile
from vlms.partners.queries.links import LinkStanding, list_associations, standings
from vlms.partners.queries.profiles import checklist_of, find_profile, list_profiles
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.linking import BOTH, Part, link, look_at_link, unlink
from vlms.partners.service.profiles import (
    ProfileWish,
    claim_profile,
    count_profile_try,
    may_prove_at_once,
    own_user,
    prove_at_once,
    prove_profile,
    send_again,
    tell_learning,
    tell_merged,
)

_OWN = System("one's own MCID and its links")
_MCID = click.argument("mcid", type=Read(read_mcid, _("MCID")))
_KIND = click.Choice([kind.value for kind in AccountKind])
_slug = click.argument("slug", metavar="ORGANISATION")


@click.group()
def links() -> None:
    """MCIDs, and the organisations that they are linked to."""


for command in ORGANISATION_COMMANDS:
    links.add_command(command)


@links.command("mine")
@own_option
@json_option
@with_app
def mine(email: str, as_json: bool) -> None:
    """One's own links, the newest first."""
    with reading(SCOPE) as session:
        found = list_associations(session, user_named(session, email).id)
        rows = [link_row(one) for one in standings(session, found, system_clock())]
    print_rows(rows, as_json=as_json)


@links.command("checklist")
@own_option
@json_option
@with_app
def show_checklist(email: str, as_json: bool) -> None:
    """What must hold of one's own profiles, and the way out where it does not."""
    with reading(SCOPE) as session:
        profiles = list_profiles(session, user_named(session, email).id)
        rows = [
            {"name": one.name, "is_met": one.is_met, "sentence": str(one.sentence)}
            | {"way_out": None if one.is_met else str(one.way_out)}
            for one in checklist_of(profiles)
        ]
    print_rows(rows, as_json=as_json)


@links.command("claim")
@_MCID
@click.argument("address", metavar="ADDRESS", type=EMAIL)
@click.option("--kind", type=_KIND, default=AccountKind.PERSONAL.value, show_default=True)
@own_option
@with_app
def claim(mcid: str, address: str, kind: str, email: str) -> None:
    """Prove that an MCID is one's own: at once for a proved ADDRESS, else by a code sent there."""
    wish = ProfileWish(mcid, address, AccountKind(kind))
    with own_work(email, _OWN) as work:
        is_known = may_prove_at_once(work, address)
        (prove_at_once if is_known else claim_profile)(work, wish)
    click.echo("Proved." if is_known else "A code is on its way.")


@links.command("prove")
@click.argument("code")
@own_option
@with_app
def prove(code: str, email: str) -> None:
    """Enter the CODE of the last mail."""
    with own_work(email, _OWN) as work:
        count_profile_try(work)
    with own_work(email, _OWN) as work:
        prove_profile(work, code)
    click.echo("Proved.")


@links.command("send-code")
@own_option
@with_app
def send_code(email: str) -> None:
    """Another code to the same address; the one before ends."""
    with own_work(email, _OWN) as work:
        send_again(work)
    click.echo("A code is on its way.")


@links.command("learning")
@_MCID
@click.argument("account", metavar="ACCOUNT", type=EMAIL)
@click.option("--kind", type=_KIND, default=AccountKind.PERSONAL.value, show_default=True)
@click.option("--linked/--not-linked", "is_linked", default=False, show_default=True)
@own_option
@with_app
def learning(mcid: str, account: str, kind: str, is_linked: bool, email: str) -> None:
    """Tell of the learning profile: its kind, and the personal ACCOUNT on it (R5)."""
    with own_work(email, _OWN) as work:
        profile = _own_profile(work, mcid)
        tell_learning(work, profile.id, AccountKind(kind), account, is_linked=is_linked)
    click.echo("Kept.")


@links.command("merged")
@_MCID
@own_option
@with_app
def merged(mcid: str, email: str) -> None:
    """Certification support has merged the profile MCID into one's other one (R5)."""
    with own_work(email, _OWN) as work:
        stays = tell_merged(work, _own_profile(work, mcid).id).mcid
    click.echo(f"Merged into {stays}.")


@links.command("look")
@_slug
@own_option
@with_app
def look(slug: str, email: str) -> None:
    """What linking to an ORGANISATION would end and leave; changes nothing."""
    with reading(SCOPE) as session:
        user_id = user_named(session, email).id
        place = organisation_named(session, slug)
        person = next(iter(list_persons_of(session, user_id, place.id)), None)
        if person is None:
            raise _not_there()
        found = look_at_link(session, user_id, person, system_clock())
        told = {
            "ends": found.former.organisation.slug if found.former else None,
            "loses": ", ".join(held.certification_key for held in found.lost),
            "left": found.now.left,
            "next_on": found.now.first_day.isoformat(),
            "refused": str(found.refusal) if found.refusal else None,
        }
    print_rows([told], as_json=False)


@links.command("link")
@_slug
@own_option
@with_app
def link_own(slug: str, email: str) -> None:
    """Link one's own MCID to an ORGANISATION; another link ends by it (K1)."""
    with own_work(email, _OWN) as work:
        link(work, _own_person(work, slug))
    click.echo("Linked.")


@links.command("unlink")
@click.option("--part", type=click.Choice([part.value for part in Part]), help="Else both.")
@own_option
@with_app
def unlink_own(part: str | None, email: str) -> None:
    """Remove one's own link, or a part of it (K1)."""
    with own_work(email, _OWN) as work:
        unlink(work, {Part(part)} if part else BOTH)
    click.echo("Removed.")


def link_row(one: LinkStanding) -> dict[str, Any]:
    """A link as programs read it."""
    found = one.association
    return {
        "id": str(found.id),
        "organisation": found.organisation.slug,
        "person": found.person.name,
        "mcid": found.mcid,
        "state": one.state.value if one.state else "ended",
        "started_at": found.started_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "seen_at": _told(found.seen_at),
        "ended_at": _told(found.ended_at),
        "why": found.end_reason.value if found.end_reason else None,
    }


def _told(at: Any) -> str | None:
    return at.isoformat() if at else None


def _own_profile(work: Work, mcid: str) -> CertificationProfile:
    found = find_profile(work.session, mcid)
    if found is None or found.user_id != own_user(work).id:
        raise NotFound(None, _("There is no such certification profile of yours."))
    return found


def _own_person(work: Work, slug: str) -> UUID:
    place = organisation_named(work.session, slug)
    for person in list_persons_of(work.session, own_user(work).id, place.id):
        return person.id
    raise _not_there()


def _not_there() -> NotFound:
    return NotFound(
        "K1",
        _("There is no such place of yours in a directory."),
        way_out=_("Only the person links an MCID, and nobody for another."),
    )
