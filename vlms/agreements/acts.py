"""What can be done with an agreement now, and why not what cannot be (O1, O3, P1, P3, P4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from vlms.accounts.models import OrganisationKind
from vlms.agreements.events import OrderAsked, TermsChanged
from vlms.agreements.models import Agreement
from vlms.agreements.rules.terms import FIXED_BY_ORDERS
from vlms.agreements.service.changing_reseller import change_conditions
from vlms.agreements.service.conditions import require_editor, require_orderer, require_whole
from vlms.agreements.service.deleting import deletion_conditions
from vlms.core.acts import Act, Condition, condition, in_turn
from vlms.core.clock import local_day
from vlms.core.text import Text, _
from vlms.core.work import Actor, check_event

# The form's names of the terms that orders fix.
FIXED_FIELDS = tuple(name.removesuffix("_id") for name in FIXED_BY_ORDERS)


@dataclass(frozen=True)
class Look:
    """Who looks, on which session, when."""

    session: Session
    actor: Actor
    now: datetime


def fixed_terms(session: Session, actor: Actor, now: datetime, agreement: Agreement) -> Condition:
    """What changing the terms that orders were reckoned with asks of the agreement."""
    return condition(
        _("Nothing has been ordered under the agreement."),
        "O1",
        lambda: check_event(session, actor, now, TermsChanged(agreement.id, FIXED_BY_ORDERS)),
    )


def acts_on(look: Look, agreement: Agreement) -> list[Act]:
    """All that is done with an agreement from its page, whosever it is."""
    editor = _editor(look)
    acts = [
        _act(agreement, "order", _("Order under it"), "shopping-cart", _ordering(look, agreement)),
        _act(agreement, "edit", _("Edit the terms"), "pencil", [editor]),
        *_terms(look, agreement, editor),
        _act(agreement, "contacts", _("Edit the contacts"), "users", [editor]),
    ]
    if agreement.organisation.kind is OrganisationKind.ACADEMIC:
        acts.append(_act(agreement, "schools", _("Choose the schools"), "school", [editor]))
    today = local_day(look.now, agreement.time_zone)
    changing = change_conditions(look.actor, agreement, today)
    label = _("Change the reseller")
    acts.append(_act(agreement, "change_reseller", label, "switch-horizontal", changing))
    acts.append(import_act(look))
    conditions = deletion_conditions(look.session, look.actor, look.now, agreement)
    return [*acts, _act(agreement, "delete", _("Delete"), "trash", conditions, is_final=True)]


def entering_acts(look: Look) -> list[Act]:
    """What is done from the list of agreements."""
    label = _("Enter an agreement")
    return [
        import_act(look),
        Act("create", label, "plus", "agreements.create", tuple(_entering(look))),
    ]


def import_act(look: Look) -> Act:
    """A list of agreements also brings those up to date that are here already."""
    label = _("Import a list")
    return Act("import", label, "upload", "agreements.import_file", tuple(_entering(look)))


def is_own(act: Act) -> bool:
    """Whether it is this actor's to do, be it possible now or not."""
    return act.conditions[0].is_met


_ENDPOINTS = {"order": "orders.new", "terms": "agreements.edit"}


def _act(
    agreement: Agreement,
    name: str,
    label: Text,
    picture: str,
    conditions: Iterable[Condition],
    *,
    is_final: bool = False,
) -> Act:
    key = "agreement" if name == "order" else "agreement_id"
    endpoint = _ENDPOINTS.get(name, f"agreements.{name}")
    values = {key: agreement.id}
    return Act(name, label, picture, endpoint, tuple(conditions), values, is_final)


def _editor(look: Look) -> Condition:
    return condition(_("Your role changes agreements."), None, lambda: require_editor(look.actor))


def _entering(look: Look) -> Iterator[Condition]:
    whole = _("Your role covers the whole organisation.")
    yield _editor(look)
    yield condition(whole, None, lambda: require_whole(look.session))


def _ordering(look: Look, agreement: Agreement) -> Iterator[Condition]:
    asked = OrderAsked(agreement.id)
    yield condition(_("Your role places orders."), "O4", lambda: require_orderer(look.actor))
    yield condition(
        _("Today is one of the days on which the agreement takes orders."),
        "O1",
        lambda: check_event(look.session, look.actor, look.now, asked),
    )


def _terms(look: Look, agreement: Agreement, editor: Condition) -> Iterator[Act]:
    """Only once orders have fixed some of them; until then all are edited on the same page."""
    fixed = fixed_terms(look.session, look.actor, look.now, agreement)
    if not fixed.is_met:
        label = _("Change the term, the programme or the price level")
        yield _act(agreement, "terms", label, "lock", in_turn([editor, fixed]))
