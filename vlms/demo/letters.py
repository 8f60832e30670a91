"""An own letter of the demo's customer, and a mail that came back."""

from __future__ import annotations

from sqlalchemy import select

from vlms.core.language import Language
from vlms.demo.orders import Stage
from vlms.notices.bouncing import note_bounce
from vlms.notices.letters import create_letter, write_wording
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import Bounce
from vlms.notices.rules.letter_text import Wording

_GONE = "uma@contoso.example"
_ENGLISH = Wording(
    "{organisation} pays for your exam: {product}",
    "Dear {name},\n\nyour exam voucher for {product} is ready. Book before {last_day} ({zone}).\n\n"
    "Claim it here:\n{link}\n\nIt is yours alone and cannot be passed on.",
    "Your learning team\n{organisation}",
    "Contoso Learning",
)
_CHINESE = Wording(
    "{organisation} 送您一張考試券：{product}",
    "{name} 您好：\n\n您的考試券（{product}）已備妥，請於 {last_day} 前完成報名（{zone}）。\n\n"
    "由此領取：\n{link}\n\n此代碼僅限您本人使用，不得轉讓。",
    "{organisation} 學習發展團隊",
    "Contoso 學習發展",
)


def play_letters(stage: Stage) -> None:
    """The usual letter is not the standard one; one address turned out to be wrong."""
    owner_id = stage.cast.organisations["contoso"].id
    with stage.act("admin@contoso.example", -2) as work:
        letter = create_letter(work, owner_id, "code_assigned", "Warm welcome", is_usual=True)
        write_wording(work, letter.id, Language.ENGLISH, _ENGLISH, 0)
        write_wording(work, letter.id, Language.TRADITIONAL_CHINESE, _CHINESE, 0)
    with stage.act("admin@contoso.example", -1) as work:
        told = select(OutboxMessage).where(
            OutboxMessage.template == "code_assigned", OutboxMessage.to_address == _GONE
        )
        message = work.session.scalars(told).one()
        message.state, message.attempts, message.sent_at = MessageState.SENT, 1, work.now
        note_bounce(work, Bounce(message.id, "5.1.1 smtp; 550 5.1.1 mailbox unknown"))
