"""People, users, mail, journal, jobs, and what is kept for a user."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holding, Holdings, plain

_CHAIN = "an entry of the journal is part of its chain"
_SEALED = "nobody can search it; it ends by itself soon"

PEOPLE: Holdings = {
    "agreement": Holding(
        search="account_manager_name account_manager_email",
        plain="number country time_zone currency",
    ),
    "agreement_contact": Holding(address="email", word="name", mail="email"),
    "approval_limit": plain("currency"),
    "audit_detail": Holding(
        # Whole details are removed, never changed (their digests stand in the entries).
        kept={
            "actor_name": "removed with the detail",
            "before": "removed with the detail",
            "after": "removed with the detail",
            "salt": "removed with the detail",
        },
    ),
    "audit_entry": Holding(
        plain="action record_kind detail_digest",
        kept={"reason": _CHAIN},
    ),
    "audit_head": plain("digest"),
    "audit_link": plain("previous digest"),
    "calendar_feed": Holding(user="user_id", plain="secret_digest", gone=True),
    "competency_figure": plain("competency path metric"),
    "competency_spell": plain("competency"),
    "data_key": plain("master_id wrapped"),
    "erasure": Holding(plain="word reason counts"),
    "installation_fact": plain("name value"),
    "job": Holding(
        user="asked_by",
        search="facts last_error asker title refusal result",
        plain="kind once_key",
    ),
    "job_file": Holding(plain="media_type", kept={"filename": "it ends by itself soon"}),
    "job_file_part": Holding(kept={"sealed_body": _SEALED}),
    "kept_form": Holding(user="user_id", search="address fields", gone=True),
    "known_device": Holding(user="user_id", plain="secret_digest"),
    "letter": plain("template name"),
    "letter_version": Holding(
        search="text signature reply_name subject",
        kept={"written_by": "says who worded a letter that others were sent"},
    ),
    "mailed_code": plain("code_digest"),
    "notice_choice": Holding(
        person="person_id", address="address", empty="address", plain="template", gone=True
    ),
    "number_series": plain("series"),
    "one_time_link": Holding(person="person_id"),
    "organisation": plain("slug name search_name country time_zone"),
    # Of a link only that it was there stays, as the counts of it do.
    "certification_profile": Holding(user="user_id", empty="mcid email learning_account"),
    "mcid_association": Holding(person="person_id", empty="mcid"),
    "partner_location": plain("mpn_id name city country"),
    "partner_location_person": Holding(person="person_id"),
    "profile_claim": Holding(user="user_id", plain="mcid email code_digest", gone=True),
    "unlink_task": Holding(person="person_id"),
    "outbox_message": Holding(
        person="person_id",
        address="to_address",
        about="subject_id",
        word="to_name",
        mail="to_address",
        empty="last_error bounce_note",
        search="facts",
        plain="template once_key",
    ),
    "people_columns": plain("header_digest columns"),
    "people_import": Holding(user="asked_by", search="filename"),
    # A row that was wrong is nobody's yet: theirs when its cell for the address holds theirs.
    "people_import_row": Holding(
        person="person_id", address="cells", cell=(3, 8), empty="cells why", search="cells why"
    ),
    "person": Holding(
        person="id",
        word="name search_name",
        empty="latin_name email number mcid source_id",
        kept={"department": "counts by department stay as they were"},
    ),
    "person_place": Holding(person="person_id"),
    "role_grant": Holding(user="user_id"),
    "provider_domain": plain("domain"),
    "provider_identity": Holding(user="user_id", plain="issuer subject", gone=True),
    "saved_report": Holding(
        user="owner_id", search="name asked recipients last_failure", gone=True
    ),
    "saved_view": Holding(user="user_id", search="name asked", plain="endpoint", gone=True),
    "school": plain("name source_id time_zone"),
    "passkey_challenge": Holding(user="user_id", plain="challenge", gone=True),
    "recovery_code": Holding(user="user_id", plain="code_digest", gone=True),
    "second_factor": Holding(
        user="user_id",
        search="name",
        plain="sealed_secret credential_id public_key transports",
        gone=True,
    ),
    "sign_in_provider": plain("issuer client_id sealed_secret"),
    "sign_in_session": Holding(
        user="user_id", empty="user_agent network", plain="secret_digest proofs"
    ),
    "support_visit": Holding(user="user_id", search="reason"),
    "submission": Holding(user="actor_id", plain="location", gone=True),
    "try_count": plain("kind who"),
    "upload": Holding(
        user="user_id",
        search="filename remark",
        plain="purpose",
        kept={"body": _SEALED},
        gone=True,
    ),
    "signed_head": plain("digest key_id signature"),
    "user": Holding(user="id", word="name", mail="email", empty="password_hash", plain="time_zone"),
}
"""Tables of accounts, notices, jobs and the journal."""
