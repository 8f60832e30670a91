"""Reads what schools had of packs, and entitlements that an organisation brings along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.planning.rules.opening_facts import (
    EntitlementFacts,
    LineFacts,
    PackFacts,
    Place,
    ProductFacts,
    ReadRow,
)
from vlms.planning.service.opening_named import product_named


def judge(
    rows: Iterable[tuple[ReadRow, dict[str, Any]]], read: Callable[[dict[str, Any]], object]
) -> None:
    """Give each readable row its facts, or the reason why it has none."""
    for row, values in rows:
        if row.refusals:
            continue
        try:
            row.facts = read(values)
        except BadInput as refusal:
            row.refusals.append(refusal)


def pack_of(
    values: Mapping[str, Any],
    lines: Mapping[Place, LineFacts],
    schools: Mapping[str, UUID],
    found: dict[Place, list[PackFacts]],
) -> PackFacts:
    """What a row says of a pack, kept in `found`. Raises BadInput (A2)."""
    place = values["order"], values["line"] or 1
    line, school = lines.get(place), values["school"]
    if line is None or not line.product.is_site_pack:
        raise BadInput(
            "A2",
            _("%(order)s/%(line)s is no line of a site pack.", order=place[0], line=place[1]),
            field="order",
            way_out=_("Name the order and the line as on the sheet of orders."),
        )
    if school is not None and school not in schools:
        raise BadInput(
            None,
            _("There is no school %(name)s.", name=school),
            field="school",
            way_out=_("Add the school first, or leave it empty for all schools together."),
        )
    quota, used = values["quota"], values["used"]
    if used > quota:
        raise BadInput(
            "A2",
            _("More exams are used than the quota holds."),
            field="used",
            way_out=_("Enter %(quantity)s or less.", quantity=quota),
        )
    pack = PackFacts(place, schools[school] if school else None, quota, used)
    _check_school(pack, found[place])
    found[place].append(pack)
    return pack


def _check_school(pack: PackFacts, others: Sequence[PackFacts]) -> None:
    if any(other.school_id == pack.school_id for other in others):
        raise BadInput(
            "A2",
            _("This school has a row for this pack already."),
            field="school",
            way_out=_("Give each school one row a pack."),
        )


def entitlement_of(
    values: Mapping[str, Any],
    products: Mapping[str, ProductFacts],
    held: set[tuple[UUID, str]],
) -> EntitlementFacts:
    """What a row says of an entitlement, its key added to `held`. Raises BadInput."""
    product = product_named(products, values["product"])
    if not product.is_entitlement:
        raise BadInput(
            "O1",
            _("This product is ordered; it is no existing entitlement."),
            field="product",
            way_out=_("List it on the sheet of orders."),
        )
    key = product.id, values["reference"]
    if key in held:
        raise BadInput(
            None,
            _("This entitlement is already held."),
            reason="already_held",
            field="reference",
            way_out=_("Remove the row."),
        )
    if values["used"] > values["quantity"]:
        raise BadInput(
            None,
            _("More is used than there is."),
            field="used",
            way_out=_("Enter %(quantity)s or less.", quantity=values["quantity"]),
        )
    held.add(key)
    told = (values[name] for name in ("quantity", "used", "ends_on", "note"))
    return EntitlementFacts(*key, *told)
