"""What the domains do for each other: answers to events, jobs, and lists from above.

Reactions run in the transaction of the event; jobs are run by the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.bound import find_bound_seats
from vlms.academy.jobs import ACADEMY_JOBS
from vlms.academy.models.benefits import BenefitRequest, CourseCertificate
from vlms.academy.service.forgetting import is_worth_keeping
from vlms.academy.service.grants import end_on_cancelling, grant_on_processing
from vlms.academy.service.handing_over import hand_over_packs
from vlms.academy.service.opening import open_on_delivery, open_on_processing
from vlms.accounts import job_mail
from vlms.accounts.agreement_choices import AgreementChoice
from vlms.accounts.events import AddressCorrected, PresenceChanged, RoleEnded
from vlms.accounts.jobs import PEOPLE_JOBS
from vlms.agreements.events import DeletionAsked, OrderAsked, ResellerChanged, TermsChanged
from vlms.agreements.jobs import AGREEMENT_JOBS
from vlms.agreements.models import Agreement
from vlms.agreements.service.reseller_mail import tell_resellers
from vlms.authentication.events import ProviderChanged, ProviderIsOnlyWay
from vlms.authentication.factor_models import SecondFactor
from vlms.authentication.jobs import DOOR_JOBS
from vlms.authentication.provider_models import SignInProvider
from vlms.authentication.service.sessions import (
    end_links_on_losing_role,
    end_on_changing_provider,
    end_on_losing_role,
    end_on_only_way,
)
from vlms.authentication.service.visits import end_visits_on_losing_role
from vlms.billing.events import InvoicePosted
from vlms.billing.models.attachments import Attachment
from vlms.billing.service.attachments import hand_over_papers, keep_agreement_of_attachments
from vlms.billing.service.charging import (
    charge_on_cancelling,
    charge_on_handing_over,
    charge_on_placing,
    charge_on_repricing,
)
from vlms.billing.service.invoicing import discard_on_handing_over
from vlms.billing.service.invoicing_mail import tell_buyer
from vlms.billing.service.receipts import settle_on_posting
from vlms.catalog.jobs import CATALOG_JOBS
from vlms.certifications.jobs import CERTIFICATION_JOBS
from vlms.certifications.service.results import enter_result, withdraw_result
from vlms.codes.bound import find_bound_codes, find_bound_requests
from vlms.codes.events import BatchIssued, CodesFreed, ExamPassed, PassWithdrawn
from vlms.codes.jobs import CODE_JOBS
from vlms.codes.models import Code, StockCode
from vlms.codes.queries import is_usable
from vlms.codes.service.issuing import issue_on_delivery
from vlms.codes.service.issuing_in_pieces import check_long_issue
from vlms.codes.service.telling import tell_right_address
from vlms.core.uploads import Upload
from vlms.core.work import Reactions
from vlms.disclosures.making_job import DISCLOSURE_JOBS
from vlms.disclosures.models import CodeExportPart
from vlms.giving.bound import find_bound_wishes
from vlms.giving.events import VoucherApproved, VoucherAsked
from vlms.giving.jobs import GIVING_JOBS
from vlms.giving.service.request_line import (
    answer_asking,
    serve_approved,
    serve_on_issue,
    serve_on_release,
)
from vlms.jobs.events import JobEnded
from vlms.jobs.export_files import EXPORT_JOBS
from vlms.jobs.jobs import JOB_JOBS
from vlms.jobs.models import JobFilePart
from vlms.jobs.worker import JobKind
from vlms.journal.jobs import JOURNAL_JOBS
from vlms.keys.jobs import KEY_JOBS
from vlms.keys.sealed import SealedFiles, SealedTexts, Signs
from vlms.notices.jobs import NOTICE_JOBS
from vlms.orders.agreement_lock import (
    check_order_day,
    keep_agreement_of_orders,
    keep_terms_of_orders,
)
from vlms.orders.events import (
    ApprovalAsked,
    ApprovalDeclined,
    ConsentAnswered,
    ConsentAsked,
    LineDelivered,
    LineRepriced,
    LongDeliveryAsked,
    OrderCancelled,
    OrderHandedOver,
    OrderPlaced,
    OrderProcessed,
)
from vlms.orders.service.approval_mail import tell_approvers, tell_asker
from vlms.orders.service.consent_mail import tell_customer, tell_seller
from vlms.orders.service.handing_over import hand_over_orders
from vlms.partners.jobs import COMPETENCY_JOBS
from vlms.partners.link_events import LinkEnded, LinkPartEnded, LinkStarted
from vlms.partners.membership_jobs import MEMBERSHIP_JOBS
from vlms.partners.service.competency_notes import note_after_link, note_after_presence
from vlms.partners.service.leaving import close_tasks
from vlms.partners.service.link_mail import tell_ended, tell_started
from vlms.partners.service.linking import end_of_erased
from vlms.planning.jobs import PLANNING_JOBS
from vlms.planning.models.closings import Closing, ClosingPaper
from vlms.planning.models.openings import OpeningBalance
from vlms.privacy.events import ErasureDecided
from vlms.privacy.jobs import PRIVACY_JOBS
from vlms.privacy.service.erasing import carry_out
from vlms.reconciliation.jobs import RECONCILIATION_JOBS

REACTIONS: Reactions = {
    AddressCorrected: (tell_right_address,),
    PresenceChanged: (note_after_presence,),
    RoleEnded: (end_on_losing_role, end_visits_on_losing_role, end_links_on_losing_role),
    ProviderChanged: (end_on_changing_provider,),
    ProviderIsOnlyWay: (end_on_only_way,),
    OrderAsked: (check_order_day,),
    ResellerChanged: (hand_over_orders, hand_over_papers, tell_resellers),
    OrderHandedOver: (hand_over_packs, charge_on_handing_over, discard_on_handing_over),
    TermsChanged: (keep_terms_of_orders,),
    DeletionAsked: (keep_agreement_of_orders, keep_agreement_of_attachments),
    OrderProcessed: (open_on_processing, grant_on_processing),
    OrderPlaced: (charge_on_placing,),
    LineRepriced: (charge_on_repricing,),
    OrderCancelled: (end_on_cancelling, charge_on_cancelling),
    ApprovalAsked: (tell_approvers,),
    ApprovalDeclined: (tell_asker,),
    ConsentAsked: (tell_customer,),
    ConsentAnswered: (tell_seller,),
    LineDelivered: (issue_on_delivery, open_on_delivery),
    BatchIssued: (serve_on_issue,),
    CodesFreed: (serve_on_release,),
    ExamPassed: (enter_result,),
    PassWithdrawn: (withdraw_result,),
    VoucherAsked: (answer_asking,),
    VoucherApproved: (serve_approved,),
    LongDeliveryAsked: (check_long_issue,),
    InvoicePosted: (settle_on_posting, tell_buyer),
    JobEnded: (job_mail.tell_asker,),
    ErasureDecided: (end_of_erased, carry_out),
    LinkStarted: (tell_started,),
    LinkEnded: (close_tasks, tell_ended, note_after_link),
    LinkPartEnded: (note_after_link,),
}

JOBS: tuple[JobKind, ...] = (
    *DOOR_JOBS,
    *NOTICE_JOBS,
    *CATALOG_JOBS,
    *PEOPLE_JOBS,
    *AGREEMENT_JOBS,
    *ACADEMY_JOBS,
    *CERTIFICATION_JOBS,
    *CODE_JOBS,
    *DISCLOSURE_JOBS,
    *JOB_JOBS,
    *KEY_JOBS,
    *PRIVACY_JOBS,
    *JOURNAL_JOBS,
    *EXPORT_JOBS,
    *RECONCILIATION_JOBS,
    *MEMBERSHIP_JOBS,
    *GIVING_JOBS,
    *PLANNING_JOBS,
    *COMPETENCY_JOBS,
)


# Whatever is sealed stands here: by organisations' data keys, and by the master key itself.
SEALED_TEXTS = (
    SealedTexts(Code, Code.sealed_text, Code.organisation_id, is_usable),
    SealedTexts(StockCode, StockCode.sealed_text),
    SealedTexts(
        BenefitRequest,
        BenefitRequest.sealed_code,
        BenefitRequest.organisation_id,
        is_worth_keeping,
    ),
    SealedTexts(SignInProvider, SignInProvider.sealed_secret, SignInProvider.organisation_id),
)
SEALED_FILES = (
    SealedFiles(Upload, Upload.body),
    SealedFiles(JobFilePart, JobFilePart.sealed_body),
    SealedFiles(CodeExportPart, CodeExportPart.sealed_body),
    SealedFiles(Attachment, Attachment.sealed_content),
    SealedFiles(Closing, Closing.seal),
    SealedFiles(ClosingPaper, ClosingPaper.sealed),
    SealedFiles(OpeningBalance, OpeningBalance.sealed_paper),
    SealedFiles(SecondFactor, SecondFactor.sealed_secret),
)

# A badge is made of a certificate whenever its holder asks for it.
SIGNED_BY_MASTER = (Signs(CourseCertificate, "badges"),)

BOUND_FINDERS = (find_bound_codes, find_bound_seats, find_bound_requests, find_bound_wishes)


def list_agreement_choices(session: Session, organisation_id: UUID) -> Sequence[AgreementChoice]:
    """The agreements for which an organisation can give a role, by number."""
    statement = select(Agreement).where(Agreement.organisation_id == organisation_id)
    found = session.scalars(statement.order_by(Agreement.number))
    return [AgreementChoice(agreement.id, agreement.number) for agreement in found]
