"""Pages of the tax tables (P3), which the operator keeps."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.billing.forms.taxes import TaxRateForm, TaxRuleForm
from vlms.billing.money_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    MODE_WORDS,
    VALUE_WORDS,
    shown_percent,
)
from vlms.billing.queries.taxes import list_tax_rates, list_tax_rules
from vlms.billing.service.taxes import (
    add_tax_rate,
    add_tax_rule,
    load_sample_taxes,
    remove_tax_rate,
    remove_tax_rule,
)
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

taxes = Blueprint("taxes", __name__, url_prefix="/o/<organisation>/taxes")
taxes.add_app_template_filter(shown_percent, "percent")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)


@taxes.get("/")
@requires(Permission.EDIT_CATALOG)
def index() -> str:
    rates, rules = list_tax_rates(db.session()), list_tax_rules(db.session())
    return render_template(
        "taxes/index.html",
        rates=rates,
        rules=rules,
        mode_words=MODE_WORDS,
        sample=Form(formdata=None),
        entries=journal_of(*(one.id for one in rates), *(one.id for one in rules)),
    )


@taxes.route("/add", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def add() -> str | Response | tuple[str, int]:
    form = TaxRateForm()
    title = _("Add a tax rate")
    return _entered(form, title, lambda work: add_tax_rate(work, form.rate()))


@taxes.route("/rounding", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def rounding() -> str | Response | tuple[str, int]:
    form = TaxRuleForm()

    def act(work: Work) -> object:
        day = form.effective_from.value
        return add_tax_rule(work, form.country.value, form.chosen_mode(), day)

    return _entered(form, _("Say how a country rounds tax"), act)


def _entered(
    form: Form, title: Text, act: Callable[[Work], object]
) -> str | Response | tuple[str, int]:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("taxes/enter.html", form=form, title=title)
    return page, 422 if form.is_refused else 200


@taxes.post("/sample")
@requires(Permission.EDIT_CATALOG)
def sample() -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form) as work:
        count = load_sample_taxes(work)
        work.location = url_for(".index")
    if not count:
        return answer(work, _("Nothing was added: every country of the sample has entries."))
    return answer(
        work, ngettext("%(number)s entry was added.", "%(number)s entries were added.", count)
    )


@taxes.post("/<uuid:tax_rate_id>/remove")
@requires(Permission.EDIT_CATALOG)
def remove(tax_rate_id: UUID) -> Response:
    return _removed(lambda work: remove_tax_rate(work, tax_rate_id))


@taxes.post("/rounding/<uuid:tax_rule_id>/remove")
@requires(Permission.EDIT_CATALOG)
def remove_rounding(tax_rule_id: UUID) -> Response:
    return _removed(lambda work: remove_tax_rule(work, tax_rule_id))


def _removed(act: Callable[[Work], object]) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form) as work:
        act(work)
        work.location = url_for(".index")
    return answer(work, _("The entry is removed."))
