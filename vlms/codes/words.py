"""The journal's words for what is done with codes, batches and stock."""

from __future__ import annotations

from vlms.codes.rules.shown_state import Shown, word
from vlms.core.text import _

ACTION_WORDS = {
    "code_batch.issued": _("Codes issued"),
    "code_batch.moved_in": _("Codes moved in"),
    "code.moved_in": _("Moved in"),
    "code_batch.told_again": _("Delivery message sent again"),
    "code_batch.exported": _("Codes exported"),
    "code_batch.sheet_printed": _("Voucher sheet printed"),
    "code.reserve": _("Reserved"),
    "code.change": _("Reservation changed"),
    "code.release": _("Reservation released"),
    "code.start_assign": _("Assignment started"),
    "code.call_back": _("Assignment called back"),
    "code.assign": _("Assigned"),
    "code.cost_centre": _("Cost centre named"),
    "code.void": _("Made void"),
    "code.expired": _("Expired"),
    "code.looked_up": _("Looked up by its text"),
    "code.text_removed": _("Text of the code removed"),
    "stock.taken_in": _("Provider's list taken in"),
    "data_key.rotated": _("Data key changed"),
    "data_key.shred_ordered": _("Data keys ordered to be dropped"),
    "data_key.shredded": _("Data key dropped"),
    "keys.master_rotated": _("Master key changed"),
    "keys.session_rotated": _("Key of cookies changed"),
    "keys.link_rotated": _("Keys of cookies and links changed"),
    "product.source_chosen": _("Source of codes chosen"),
}
COLUMN_WORDS = {
    "state": _("State"),
    "person_id": _("Person"),
    "reserved_at": _("Reserved at"),
    "assign_due_at": _("Final from"),
    "assigned_at": _("Assigned at"),
    "claimed_at": _("Claimed at"),
    "ended_at": _("Ended"),
    "cost_centre": _("Cost centre"),
    "letter_id": _("Letter"),
    "letter_language": _("Language of the letter"),
    "case_number": _("Provider's case number"),
    "code_count": _("Codes"),
    "code_batch.source": _("Source of codes"),
    "order_line_id": _("Order line"),
    "product_id": _("Product"),
    "expires_at": _("Expires"),
    "exported_count": _("Codes exported"),
    "sheet_count": _("Cards printed"),
    "new": _("New codes"),
    "doubles": _("Double in the file"),
    "already_held": _("Already held"),
    "malformed": _("Not usable"),
    "to_address": _("To"),
    "retired_count": _("Keys retired"),
    "key_count": _("Keys"),
    "text_count": _("Texts lost with it"),
    "master_id": _("Master key"),
}
VALUE_WORDS = {"code.state": {shown: word(shown) for shown in Shown}}
