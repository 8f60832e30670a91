"""Packs, rosters, sittings, benefits and certificates of academic institutions."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holding, Holdings, plain

ACADEMY: Holdings = {
    # What they have passed and hold stays, as the counts of it do; whose it was is gone.
    "exam_pass": Holding(person="person_id", plain="exam_number"),
    "held_certification": Holding(person="person_id", plain="certification_key"),
    "renewal_attempt": Holding(person="person_id"),
    "academic_term": plain("source_id title school_year"),
    "benefit_request": Holding(
        person="person_id",
        word="note",
        empty="answer",
        plain="benefit_key sealed_code code_last4",
    ),
    "certificate_design": Holding(
        plain="layout latin_school_name latin_institution_name signer_title logo",
        kept={
            "signer_name": "stands on papers; replace the design",
            "signature": "a picture on papers; replace the design",
        },
    ),
    "class_member": Holding(person="person_id", empty="source_id"),
    "course": plain("code title_en title_zh"),
    "course_certificate": Holding(
        person="person_id",
        word="name latin_name",
        search="reason",
        plain="number token_digest school_name latin_school_name institution_name "
        "latin_institution_name title_en title_zh",
    ),
    "delivery_site": plain("name address center_number"),
    "exam_seat": Holding(
        person="person_id",
        word="legal_name",
        empty="provider_account",
        search="reason",
        plain="exam_number",
    ),
    "pack": plain("number time_zone"),
    "pack_entry": Holding(kept={"reason": "written once and never changed, as the journal is"}),
    "pack_quota": plain("place"),
    "quota_request": Holding(search="reason answer"),
    "roster_import": Holding(search="filename", plain="counts"),
    "roster_record": plain("source_id title code parent_source_id"),
    "school_class": Holding(search="title", plain="source_id code course location"),
    "site_check": plain("requirement_key"),
    "sitting": plain("number exam_number time_zone room"),
}
