"""Which events of lower domains move higher ones, in the same transaction."""

from __future__ import annotations

from vlms.codes.service.issuing import issue_on_delivery
from vlms.core.work import Reactions
from vlms.orders.events import LineDelivered

REACTIONS: Reactions = {LineDelivered: (issue_on_delivery,)}
