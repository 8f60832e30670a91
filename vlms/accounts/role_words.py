"""The roles, kinds of organisation and languages in words."""

from __future__ import annotations

from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role
from vlms.core.text import _

ROLE_WORDS = {
    Role.OPERATOR: _("Operator"),
    Role.LICENSING_ADMIN: _("Licensing admin"),
    Role.FINANCE: _("Finance"),
    Role.SCHOOL_COORDINATOR: _("School coordinator"),
    Role.TEACHER: _("Teacher or proctor"),
    Role.MANAGER: _("Manager"),
    Role.RESELLER: _("Reseller"),
    Role.PARTNER_ADMINISTRATOR: _("Partner administrator"),
    Role.GLOBAL_ADMINISTRATOR: _("Global administrator"),
    Role.EXAM_DESK: _("Exam desk"),
    Role.EXAM_PROVIDER: _("Exam provider"),
    Role.LEARNER: _("Learner"),
    Role.AUDITOR: _("Auditor"),
    Role.SUPPORT: _("Support"),
}
KIND_WORDS = {
    OrganisationKind.CUSTOMER: _("Customer"),
    OrganisationKind.ACADEMIC: _("Academic institution"),
    OrganisationKind.RESELLER: _("Reseller"),
    OrganisationKind.OPERATOR: _("Operator"),
}
