"""Who may do what: the one table of roles and permissions."""

from __future__ import annotations

from enum import StrEnum, auto


class Role(StrEnum):
    """The roles of the field; a learner needs no grant, a manager is a relation."""

    OPERATOR = auto()
    LICENSING_ADMIN = auto()
    FINANCE = auto()
    SCHOOL_COORDINATOR = auto()
    TEACHER = auto()
    MANAGER = auto()
    RESELLER = auto()
    PARTNER_ADMINISTRATOR = auto()
    GLOBAL_ADMINISTRATOR = auto()
    EXAM_DESK = auto()
    EXAM_PROVIDER = auto()
    LEARNER = auto()
    AUDITOR = auto()
    SUPPORT = auto()


class Permission(StrEnum):
    """What a view may ask for."""

    VIEW_WORKSPACE = auto()
    VIEW_ORGANISATIONS = auto()
    EDIT_ORGANISATIONS = auto()
    EDIT_ORGANISATION_SETTINGS = auto()
    VIEW_PEOPLE = auto()
    EDIT_PEOPLE = auto()
    ERASE_PEOPLE = auto()
    GRANT_ROLES = auto()
    VIEW_CATALOG = auto()
    EDIT_CATALOG = auto()
    VIEW_AGREEMENTS = auto()
    EDIT_AGREEMENTS = auto()
    VIEW_ORDERS = auto()
    PLACE_ORDERS = auto()
    APPROVE_ORDERS = auto()
    RECORD_ORDER_STEPS = auto()
    FULFIL_ORDERS = auto()
    VIEW_CODES = auto()
    ASSIGN_CODES = auto()
    REVEAL_UNASSIGNED_CODES = auto()
    VOID_CODES = auto()
    EDIT_STOCK = auto()
    CHECK_CODES = auto()
    RECORD_OUTCOMES = auto()
    USE_OWN_CODES = auto()
    ANSWER_REQUESTS = auto()
    VIEW_CERTIFICATIONS = auto()
    EDIT_CERTIFICATIONS = auto()
    VIEW_COMPETENCIES = auto()
    EDIT_COMPETENCIES = auto()
    VIEW_SKILLS = auto()
    EDIT_SKILLS = auto()
    END_LINKS = auto()
    VIEW_MEMBERSHIPS = auto()
    EDIT_MEMBERSHIPS = auto()
    VIEW_PACKS = auto()
    EDIT_PACKS = auto()
    ASK_QUOTA = auto()
    VIEW_ROSTERS = auto()
    EDIT_ROSTERS = auto()
    SCHEDULE_EXAMS = auto()
    DELIVER_EXAMS = auto()
    VIEW_BENEFITS = auto()
    ASK_BENEFITS = auto()
    ANSWER_BENEFITS = auto()
    ISSUE_CERTIFICATES = auto()
    VIEW_ACADEMY_REPORTS = auto()
    VIEW_CUSTOMERS = auto()
    VIEW_INVOICES = auto()
    EDIT_INVOICES = auto()
    VIEW_MARGINS = auto()
    VIEW_STATEMENTS = auto()
    RECONCILE = auto()
    VIEW_BUDGETS = auto()
    EDIT_BUDGETS = auto()
    VIEW_ATTACHMENTS = auto()
    EDIT_ATTACHMENTS = auto()
    VIEW_REMINDERS = auto()
    SEND_REMINDERS = auto()
    EDIT_LETTERS = auto()
    VIEW_VOUCHER_REQUESTS = auto()
    ANSWER_VOUCHER_REQUESTS = auto()
    IMPORT_OUTCOMES = auto()
    VIEW_OUTLOOK = auto()
    EDIT_ORDER_PLANS = auto()
    VIEW_CLOSINGS = auto()
    SIGN_CLOSINGS = auto()
    MOVE_IN = auto()
    VIEW_MESSAGES = auto()
    RESEND_MESSAGES = auto()
    VIEW_JOURNAL = auto()
    EDIT_SYSTEM = auto()
    VISIT_USERS = auto()


_P = Permission
_READ = {
    _P.VIEW_WORKSPACE,
    _P.VIEW_CATALOG,
    _P.VIEW_AGREEMENTS,
    _P.VIEW_ORDERS,
}

# What a school's people do (A1–A4); the scope keeps each to their own schools.
_SEE_SCHOOLS = {_P.VIEW_PACKS, _P.VIEW_ROSTERS, _P.VIEW_BENEFITS, _P.VIEW_ACADEMY_REPORTS}
_RUN_SCHOOLS = _SEE_SCHOOLS | {
    _P.EDIT_ROSTERS,
    _P.SCHEDULE_EXAMS,
    _P.DELIVER_EXAMS,
    _P.ASK_BENEFITS,
    _P.ISSUE_CERTIFICATES,
}

# A customer's money: its invoices, statements, budgets and papers.
_SEE_MONEY = {_P.VIEW_INVOICES, _P.VIEW_STATEMENTS, _P.VIEW_BUDGETS, _P.VIEW_ATTACHMENTS}
_RUN_MONEY = _SEE_MONEY | {_P.EDIT_BUDGETS, _P.EDIT_ATTACHMENTS}
# Codes given to many, and what becomes of them.
_SEE_GIVING = {_P.VIEW_REMINDERS, _P.VIEW_VOUCHER_REQUESTS}
_RUN_GIVING = _SEE_GIVING | {
    _P.SEND_REMINDERS,
    _P.EDIT_LETTERS,
    _P.ANSWER_VOUCHER_REQUESTS,
}
# What is to come: money at risk, order plans, the end of agreements.
_SEE_PLANS = {_P.VIEW_OUTLOOK, _P.VIEW_CLOSINGS}
_RUN_PLANS = _SEE_PLANS | {_P.EDIT_ORDER_PLANS, _P.SIGN_CLOSINGS, _P.MOVE_IN}
# A partner's competencies and memberships, for those of K5.
_RUN_MEMBERSHIPS = {_P.VIEW_MEMBERSHIPS, _P.EDIT_MEMBERSHIPS}
_RUN_COMPETENCIES = {_P.VIEW_COMPETENCIES, _P.EDIT_COMPETENCIES} | _RUN_MEMBERSHIPS
# Who is linked with a partner organisation (K1, K5).
_SEE_SKILLS = {_P.VIEW_SKILLS}
_RUN_SKILLS = _SEE_SKILLS | {_P.EDIT_SKILLS}
_SELL = {
    _P.RECORD_ORDER_STEPS,
    _P.VIEW_CUSTOMERS,
    _P.VIEW_INVOICES,
    _P.EDIT_INVOICES,
    _P.VIEW_MARGINS,
    _P.VIEW_STATEMENTS,
    _P.RECONCILE,
    _P.VIEW_ATTACHMENTS,
    _P.EDIT_ATTACHMENTS,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        _READ
        | {
            _P.VIEW_ORGANISATIONS,
            _P.EDIT_ORGANISATIONS,
            _P.EDIT_ORGANISATION_SETTINGS,
            _P.VIEW_PEOPLE,
            _P.EDIT_PEOPLE,
            _P.ERASE_PEOPLE,
            _P.GRANT_ROLES,
            _P.EDIT_CATALOG,
            _P.EDIT_AGREEMENTS,
            _P.RECORD_ORDER_STEPS,
            _P.FULFIL_ORDERS,
            *_SEE_SCHOOLS,
            _P.ANSWER_BENEFITS,
            _P.VIEW_CODES,
            _P.VOID_CODES,
            _P.EDIT_STOCK,
            _P.CHECK_CODES,
            _P.RECORD_OUTCOMES,
            _P.IMPORT_OUTCOMES,
            _P.MOVE_IN,
            _P.ANSWER_REQUESTS,
            _P.VIEW_MESSAGES,
            _P.RESEND_MESSAGES,
            _P.VIEW_JOURNAL,
            _P.EDIT_SYSTEM,
            _P.VISIT_USERS,
        }
    ),
    Role.LICENSING_ADMIN: frozenset(
        _READ
        | {
            _P.EDIT_ORGANISATION_SETTINGS,
            _P.VIEW_PEOPLE,
            _P.EDIT_PEOPLE,
            _P.ERASE_PEOPLE,
            _P.VIEW_CERTIFICATIONS,
            _P.EDIT_CERTIFICATIONS,
            _P.GRANT_ROLES,
            _P.EDIT_AGREEMENTS,
            _P.PLACE_ORDERS,
            _P.APPROVE_ORDERS,
            *_RUN_SCHOOLS,
            *_RUN_MONEY,
            *_RUN_GIVING,
            *_RUN_PLANS,
            _P.EDIT_PACKS,
            _P.VIEW_CODES,
            _P.ASSIGN_CODES,
            _P.REVEAL_UNASSIGNED_CODES,
            _P.VOID_CODES,
            _P.ANSWER_REQUESTS,
            _P.VIEW_MESSAGES,
            _P.RESEND_MESSAGES,
            _P.VIEW_JOURNAL,
        }
    ),
    Role.FINANCE: frozenset(_READ | _RUN_MONEY | _SEE_PLANS),
    Role.SCHOOL_COORDINATOR: frozenset(
        _RUN_SCHOOLS
        | {_P.VIEW_WORKSPACE, _P.VIEW_CATALOG, _P.VIEW_PEOPLE, _P.EDIT_PEOPLE, _P.ASK_QUOTA}
    ),
    # Only the sittings of one's own classes, or those that one proctors.
    Role.TEACHER: frozenset({_P.VIEW_WORKSPACE, _P.VIEW_ROSTERS, _P.DELIVER_EXAMS}),
    Role.MANAGER: frozenset(),
    Role.RESELLER: frozenset(_READ | _SELL),
    Role.PARTNER_ADMINISTRATOR: frozenset(
        _RUN_SKILLS
        | _RUN_COMPETENCIES
        | {_P.VIEW_WORKSPACE, _P.VIEW_CERTIFICATIONS, _P.EDIT_CERTIFICATIONS}
    ),
    Role.GLOBAL_ADMINISTRATOR: frozenset(
        _RUN_SKILLS
        | {_P.END_LINKS}
        | _RUN_COMPETENCIES
        | {_P.VIEW_WORKSPACE, _P.VIEW_CERTIFICATIONS}
    ),
    Role.EXAM_DESK: frozenset({_P.VIEW_WORKSPACE, _P.CHECK_CODES, _P.RECORD_OUTCOMES}),
    Role.EXAM_PROVIDER: frozenset(
        {_P.VIEW_WORKSPACE, _P.CHECK_CODES, _P.RECORD_OUTCOMES, _P.IMPORT_OUTCOMES}
    ),
    Role.LEARNER: frozenset({_P.USE_OWN_CODES}),
    Role.AUDITOR: frozenset(
        _READ
        | _SEE_SCHOOLS
        | _SEE_MONEY
        | _SEE_GIVING
        | _SEE_PLANS
        | _SEE_SKILLS
        | {
            _P.VIEW_PEOPLE,
            _P.VIEW_CODES,
            _P.VIEW_MEMBERSHIPS,
            _P.VIEW_COMPETENCIES,
            _P.VIEW_CERTIFICATIONS,
            _P.VIEW_MESSAGES,
            _P.VIEW_JOURNAL,
        }
    ),
    Role.SUPPORT: frozenset(_READ | {_P.VIEW_PEOPLE, _P.VIEW_CODES}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that these roles together may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
