"""The page of postings for the accounting system, and its files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.billing.forms.postings import AccountsForm
from vlms.billing.money_words import ACCOUNT_WORDS, PAPER_WORDS
from vlms.billing.posting_exports import postings_table
from vlms.billing.queries.postings import accounts_of, list_postings
from vlms.billing.rules.postings import Posting, balances
from vlms.billing.service.accounts import set_accounts
from vlms.billing.views.months import days_asked
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.pages import send_table
from vlms.web.unit_of_work import answer, unit_of_work

postings = Blueprint("postings", __name__, url_prefix="/o/<organisation>/postings")
# So many stand on the page; the file has all.
MOST_SHOWN = 200


@postings.get("/")
@requires(Permission.VIEW_MARGINS)
def index() -> str:
    first, last = days_asked()
    found = _found(first, last)
    return render_template(
        "postings/index.html",
        first=first,
        last=last,
        found=found[:MOST_SHOWN],
        count=len(found),
        balances=balances(found),
        words=PAPER_WORDS,
        accounts=ACCOUNT_WORDS,
    )


@postings.route("/accounts", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def accounts() -> str | Response | tuple[str, int]:
    reseller_id: UUID = g.workspace.organisation_id
    form = AccountsForm(data=asdict(accounts_of(db.session(), reseller_id)))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                set_accounts(work, reseller_id, form.accounts())
                work.location = url_for(".index")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("postings/accounts.html", form=form)
    return page, 422 if form.is_refused else 200


@postings.get("/postings.<form>")
@requires(Permission.VIEW_MARGINS)
def download(form: str) -> Response:
    first, last = days_asked()
    return send_table(postings_table(_found(first, last), g.now), "postings", form)


def _found(first: date, last: date) -> list[Posting]:
    return list_postings(db.session(), g.workspace.organisation_id, first, last)
