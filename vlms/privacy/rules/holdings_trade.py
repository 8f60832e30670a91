"""The catalogue, orders, codes, money, plans and reconciliation."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holding, Holdings, plain

_SIGNED = "a signed paper, which says who signed it"
_PAPER = "a paper of money, kept as it was issued"
_WRITTEN = "written once and never changed, as the journal is"
_PRODUCT = "key name_en name_zh"

CATALOG: Holdings = {
    "certification": plain(_PRODUCT),
    "certification_exam": plain("certification_key exam_number"),
    "certification_prerequisite": plain("certification_key needed_key"),
    "exam": plain("number name_en name_zh family_key"),
    "exam_family": plain(f"{_PRODUCT} provider_key"),
    "exam_provider": plain(f"{_PRODUCT} address_en address_zh steps_en steps_zh"),
    "learning_module": plain("certification_key name_en name_zh address"),
    "holiday": plain("country name"),
    "price": plain("programme currency"),
    "price_list": plain("name"),
    "product": plain(
        f"{_PRODUCT} description_en description_zh region solution_area_key address "
        "publisher_name publisher_number"
    ),
    "product_family": plain("family_key"),
    "renewal_assessment": plain("certification_key address languages"),
    "retake_term": plain("key family_key"),
    "solution_area": plain(_PRODUCT),
    "stock_code": plain("text_index sealed_text last4 zone"),
    "tax_rate": plain("country product_key name_en name_zh"),
    "tax_rule": plain("country"),
}
"""Everybody's: nothing in it is on a person."""

ORDERS: Holdings = {
    "order": Holding(
        user="created_by", search="purchase_order", plain="number currency cost_centre"
    ),
    "order_event": Holding(user="recorded_by", search="reference note"),
    "order_line": Holding(search="exception_note", plain="trace"),
    "price_consent": Holding(search="reference note", plain="lines"),
    "reseller_change": Holding(search="reason"),
}

CODES: Holdings = {
    "bulk_run": Holding(user="asked_by", plain="act cost_centre"),
    "bulk_run_code": Holding(about="code_id", search="refusal"),
    "code": Holding(
        person="person_id",
        plain="text_index sealed_text last4 time_zone cost_centre letter_language case_number",
    ),
    "code_batch": plain("number"),
    "code_export": Holding(search="reason decline_reason", plain="number form asked refusal"),
    "code_export_link": plain("secret_digest"),
    "code_export_part": Holding(kept={"sealed_body": "nobody can search it; it goes within a day"}),
    "code_reminder": Holding(person="person_id", plain="occasion week"),
    "code_request": Holding(
        person="person_id", address="email", word="note", mail="email", empty="answer"
    ),
    "handout": Holding(user="made_by", search="source_name", plain="cost_centre"),
    "handout_row": Holding(
        person="person_id",
        address="email",
        word="name number",
        mail="email",
        search="problem reason",
        plain="department language",
    ),
    "provider_mapping": plain("provider provider_key columns day_order zone"),
    "provider_report": Holding(search="filename", plain="provider"),
    "provider_row": Holding(
        address="candidate_email",
        about="code_id",
        word="candidate_name candidate_number",
        mail="candidate_email",
        # Where the provider gave no address, only the names and numbers are theirs.
        search="candidate_name candidate_number refusal remark",
        plain="digest indexes last4 exam site",
        kept={"score": "results stay, without a name"},
    ),
    "registration": Holding(person="person_id", plain="exam_number site once_key"),
    "reminder_plan": plain("after_days before_days ladder"),
    "reminder_round": plain(""),
    "voucher_limit": plain("department"),
    "voucher_request": Holding(
        person="person_id",
        word="reason",
        empty="answer",
        plain="exam_number",
        kept={"department": "counts by department stay as they were"},
    ),
    "exam_score": Holding(person="person_id", kept={"score": "results stay, without a name"}),
}

MONEY: Holdings = {
    "attachment": Holding(
        user="added_by",
        search="filename",
        plain="media_type digest",
        kept={"sealed_content": "a paper that the organisation keeps; remove it by itself"},
    ),
    "budget": plain("cost_centre currency"),
    "buyer_profile": Holding(
        plain="legal_name latin_name address tax_number customer_number domain_name",
        kept={"invoice_email": "papers are sent there; name another address"},
    ),
    "charge": plain("currency publisher_name publisher_number"),
    "difference": Holding(
        user="owner_id",
        search="reason cause",
        plain="identity_digest content_digest ours theirs currency matched_by dispute_reference",
    ),
    "difference_note": Holding(kept={"writer_name": _WRITTEN, "note": _WRITTEN}),
    "exchange_rate": plain("from_currency to_currency source"),
    "file_line": Holding(
        search="customer remark",
        plain="identity_digest content_digest order_number line_reference invoice_number "
        "product charge_type currency",
    ),
    "file_mapping": plain("name header_digest columns reading"),
    "invoice": Holding(
        user="created_by",
        plain="number currency purchase_order cost_centre tax_country tax_invoice_number "
        "allowance_number pricing_currency",
        kept={"seller": _PAPER, "buyer": _PAPER, "reason": _PAPER, "void_reason": _PAPER},
    ),
    "invoice_line": plain("order_number purchase_order cost_centre trace"),
    "publisher_invoice": plain("number currency"),
    "receipt": Holding(search="reference reason", plain="currency"),
    "reconciliation_file": Holding(search="filename", plain="digest reading"),
    "reconciliation_period": Holding(search="reason", plain="month figures"),
    "reconciliation_sign_off": Holding(
        plain="digest", kept={"signed_name": _SIGNED, "paper": _SIGNED}
    ),
    "reminder": Holding(kept={"to_address": "says where a paper of money went"}),
    "seller_profile": plain(
        "legal_name latin_name address country tax_number partner_number mpn_number "
        "invoice_prefix payment_details receivable_account revenue_account tax_account "
        "cash_account cost_account input_tax_account payable_account"
    ),
    "selling_price": plain("currency"),
}

PLANS: Holdings = {
    "closing": Holding(
        plain="number digest faults seal",
        kept={"content": _SIGNED, "signed_name": _SIGNED},
    ),
    "closing_paper": Holding(plain="form digest", kept={"sealed": _SIGNED}),
    "entitlement": Holding(search="note", plain="reference"),
    "opening_balance": Holding(
        plain="content_digest paper_digest figures",
        kept={"signed_name": _SIGNED, "sealed_paper": _SIGNED, "filename": _WRITTEN},
    ),
    "opening_order": plain("former_number"),
    "order_plan": Holding(user="made_by", search="title"),
    "order_plan_version": plain("goals result"),
}
