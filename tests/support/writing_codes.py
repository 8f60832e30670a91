"""Codes that went every way they can: issued, mailed, exported, uploaded, sealed anew."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.exporting_codes import make, with_limit
from tests.support.mail import open_postbox
from tests.support.making import make_member, make_person, making
from tests.support.making_codes import text_of
from tests.support.making_disclosures import ANN, as_admin
from tests.support.making_sealed import make_sealed, owner_of
from vlms.accounts.models import Organisation
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.issuing import issue_on_delivery
from vlms.codes.service.sealed_uploads import keep_sealed
from vlms.codes.service.telling import tell_person
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.disclosures.service.asking import Wish, ask_export
from vlms.keys.service.resealing import reseal
from vlms.keys.service.rotating import rotate
from vlms.notices.delivery import Post, deliver_due
from vlms.notices.smtp import MailServer
from vlms.orders.events import LineDelivered
from vlms.orders.models import OrderLine

ASSIGNED = 10


def write_much(clock: StillClock, count: int) -> tuple[list[str], list[bytes]]:
    """The texts of `count` codes and one more, and the mails that left meanwhile."""
    contoso = make_sealed(clock(), "contoso", 1)
    with making(clock()) as work:
        owner_id = owner_of(work, contoso)
        line = work.session.scalars(select(OrderLine)).one()
        line.quantity = line.delivered_quantity = count + 1
        line.product.code_source = CodeSource.VC1
        issue_on_delivery(work, LineDelivered(line.id, count))
        place = work.session.get_one(Organisation, owner_id)
        admin_id = make_member(work, place, Role.LICENSING_ADMIN, ANN).id
    _export(clock, owner_id, admin_id)
    with making(clock()) as work:
        place = work.session.get_one(Organisation, owner_id)
        person = make_person(work, place, "Ann", "ann@contoso.example")
        codes = work.session.scalars(select(Code)).all()
        texts = [text_of(work, code) for code in codes]
        keep_sealed(work, "codes", ("list.csv", [[text] for text in texts]), {})
        for code in codes[:ASSIGNED]:
            code.person_id, code.state = person.id, State.ASSIGNED
            code.reserved_at = code.assigned_at = work.now
            work.flush()
            tell_person(work, code, person)
    with making(clock()) as work:
        rotate(work, owner_id, "test")
    reseal(partial(making, clock()))
    return texts, _mails(clock)


def _export(clock: StillClock, owner_id: UUID, admin_id: UUID) -> None:
    with making(clock(), *as_admin(admin_id, owner_id)) as work:
        wish = Wish(CodeFilter(), {}, "csv", Language.ENGLISH, "for the test")
        export_id = ask_export(with_limit(work, 100_000), wish).id
    make(clock, export_id)


def _mails(clock: StillClock) -> list[bytes]:
    with open_postbox() as (postbox, port):
        server = MailServer("127.0.0.1", port, tls=False)
        post = Post(server, "vlms@operator.example", "https://vlms.example")
        deliver_due(post, lambda: making(clock()))
        return postbox.raw
