"""Refusals are told in the journal, and however many there are, they do not flood it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from vlms.audit.models import AuditEntry
from vlms.core.db import reading
from vlms.core.errors import TooMany
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.journal.denials import MOST_OF_A_USER, REFUSED, tell_refused
from vlms.web.access import Visitor, Workspace

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_a_user_who_tries_every_page_fills_no_journal(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        user = make_member(work, organisation, Role.FINANCE, "fin@contoso.example")
        visitor = Visitor(user.id, user.name, user.email, Language.ENGLISH, "UTC")
        workspace = Workspace(organisation.id, "contoso", "Contoso", "customer", "UTC")
    for number in range(MOST_OF_A_USER):
        with making(clock()) as work:
            tell_refused(work, visitor, workspace, f"pages.number_{number}")
    with pytest.raises(TooMany), making(clock()) as work:
        tell_refused(work, visitor, workspace, "pages.one_more")
    clock.move(hours=1)
    with making(clock()) as work:
        tell_refused(work, visitor, workspace, "pages.one_more")
    with reading(System("test")) as session:
        refused = select(func.count(AuditEntry.sequence)).where(AuditEntry.action == REFUSED)
        assert session.scalar(refused) == MOST_OF_A_USER + 1
