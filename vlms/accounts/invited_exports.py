"""Who was invited to sign in and how that stands, as a file; never a password or a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from vlms.accounts.invited_queries import InvitationState, Invited
from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table

STATE_WORDS: Mapping[InvitationState, Text] = {
    InvitationState.SIGNED_IN: _("Signs in"),
    InvitationState.INVITED: _("Invited"),
    InvitationState.BOUNCED: _("Came back"),
    InvitationState.OVER: _("Link is over"),
    InvitationState.NOT_INVITED: _("Not invited"),
    InvitationState.NO_ADDRESS: _("No address"),
    InvitationState.LEFT: _("Has left"),
}


def invited_table(
    title: Text, rows: Iterable[Invited], zone: str, made_at: datetime
) -> Table[Invited]:
    """One line a person; instants are of `zone`."""
    at = Kind.INSTANT, zone
    columns = (
        Column[Invited](_("Full name"), lambda one: one.person.name),
        Column[Invited](_("Number"), lambda one: one.person.number),
        Column[Invited](_("E-mail address"), lambda one: one.person.email),
        Column[Invited](_("User"), lambda one: one.user),
        Column[Invited](_("State"), lambda one: STATE_WORDS[one.state]),
        Column[Invited](_("First invited"), lambda one: one.first_asked_at, *at),
        Column[Invited](_("Last invited"), lambda one: one.asked_at, *at),
        Column[Invited](_("Times invited"), lambda one: one.asked_count, Kind.INTEGER),
        Column[Invited](_("Link holds until"), lambda one: one.link_until, *at),
        Column[Invited](_("Came back at"), lambda one: one.bounced_at, *at),
        Column[Invited](_("Why it came back"), lambda one: one.bounce_note),
    )
    return Table(title, columns, rows, made_at)
