"""Taking away another user's lost second factors (G5)."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from vlms.accounts.models import Organisation
from vlms.accounts.queries import get_user
from vlms.accounts.views.subject import subject, subject_address
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_forms import ResetForm
from vlms.authentication.factor_queries import list_factors
from vlms.authentication.service.factor_reset import check_may_reset, reset_factors
from vlms.authentication.views.own_factors import KIND_WORDS
from vlms.authentication.views.second_step import Answer, factors
from vlms.authentication.views.stepping import SCOPE
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["factors"]


@factors.route("/o/<organisation>/users/<uuid:user_id>/reset-factors", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES, proof=True)
def reset(user_id: UUID) -> Answer:
    """Asks for the reason; what stands in the way is told before anything is typed."""
    place, form = subject(), ResetForm()
    with unit_of_work(scope=SCOPE) as work:
        facts, hindrance = _look(work, place, user_id)
    if hindrance is None and form.validate_on_submit():
        try:
            with unit_of_work(form, scope=SCOPE) as work:
                work.location = subject_address("roles.index")
                reset_factors(work, place.id, user_id, form.reason.data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The second factors are reset; the person is told by mail."))
    page = render_template(
        "factors/reset.html",
        form=form,
        subject=place,
        facts=facts,
        hindrance=hindrance,
        back=subject_address("roles.index"),
    )
    return page, 422 if form.is_refused or (hindrance and form.is_submitted()) else 200


def _look(
    work: Work, place: Organisation, user_id: UUID
) -> tuple[list[tuple[Text, object]], DomainError | None]:
    """Who it is and what they have; or why it may not be reset here. Raises NotFound."""
    user = get_user(work.session, user_id)
    facts: list[tuple[Text, object]] = [(_("Name"), user.name), (_("E-mail address"), user.email)]
    try:
        check_may_reset(work, place, user)
    except FactorRefused as refusal:
        return facts, refusal
    held = list_factors(work.session, user_id)
    names = " · ".join(f"{one.name} ({KIND_WORDS[one.kind]})" for one in held)
    return [*facts, (_("Second factors"), names or _("None yet"))], None
