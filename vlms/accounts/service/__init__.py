"""What is done with organisations, people, users and roles; one group of verbs a module."""

from vlms.accounts.service.invitations import send_link
from vlms.accounts.service.organisations import (
    OrganisationFacts,
    OrganisationSettings,
    add_school,
    change_settings,
    create_organisation,
    edit_organisation,
    rename_school,
    set_approval_limit,
)
from vlms.accounts.service.own_account import change_own_account
from vlms.accounts.service.people import (
    PersonFacts,
    correct_address,
    create_person,
    edit_person,
    mark_leaver,
    mark_leavers,
    take_back_leaver,
)
from vlms.accounts.service.roles import (
    Invitation,
    create_user,
    end_role,
    invite,
    is_wide,
    narrow_role,
    send_link_again,
)
from vlms.accounts.service.withdrawing import withdraw_invitation

__all__ = [
    "Invitation",
    "OrganisationFacts",
    "OrganisationSettings",
    "PersonFacts",
    "add_school",
    "change_own_account",
    "change_settings",
    "correct_address",
    "create_organisation",
    "create_person",
    "create_user",
    "edit_organisation",
    "edit_person",
    "end_role",
    "invite",
    "is_wide",
    "mark_leaver",
    "mark_leavers",
    "narrow_role",
    "rename_school",
    "send_link",
    "send_link_again",
    "set_approval_limit",
    "take_back_leaver",
    "withdraw_invitation",
]
