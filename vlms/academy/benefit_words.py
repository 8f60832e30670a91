"""Names of states and acts of Imagine Academy for people."""

from __future__ import annotations

from vlms.academy.models.benefits import BenefitRequestState
from vlms.core.text import Text, _
from vlms.web.words import add_words

REQUEST_WORDS: dict[BenefitRequestState, Text] = {
    BenefitRequestState.ASKED: _("Waiting for the programme"),
    BenefitRequestState.GRANTED: _("Granted"),
    BenefitRequestState.REFUSED: _("Refused"),
}
add_words(
    {
        "order.brought": _("Placed by the system at no charge"),
        "pack.granted": _("Imagine Academy grant arrived"),
        "pack.withdrawn": _("Grant ended with its order"),
        "benefit.opened": _("Benefit opened"),
        "benefit.asked": _("Discount asked for"),
        "benefit.granted": _("Discount granted"),
        "benefit.refused": _("Discount refused"),
        "benefit.revealed": _("Discount code shown"),
    },
    {
        "benefit_key": _("Benefit"),
        "last4": _("Last four"),
        "code_last4": _("Last four"),
        "answer": _("Answer"),
        "note": _("Note"),
    },
    {"benefit_request.state": REQUEST_WORDS},
)
