"""A handout that was taken back, put right and interrupted goes on with giving (C2)."""

from __future__ import annotations

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_handouts import Giver, make_giver, outcomes, paste, rows_of
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import Organisation
from vlms.core.permissions import Role
from vlms.giving.models.handouts import Handout
from vlms.giving.rules.handouts import Act, Entry, Outcome
from vlms.giving.service.handout_confirming import begin_undo, confirm, retry
from vlms.giving.service.handout_giving import give_next, take_back_next
from vlms.giving.service.handout_making import Wishes, edit_row

ADMIN = "ann.admin@contoso.example"
LIST = "asa@contoso.example\nbo.contoso.example"


@pytest.fixture
def giver(client: CheckingClient, clock: StillClock) -> Giver:
    made = make_giver(clock(), ["asa", "bo"], 4)
    with making(clock()) as work:
        contoso = work.session.get_one(Organisation, made.organisation_id)
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    return made


def test_what_was_put_right_after_an_undo_is_given_when_it_goes_on(
    client: CheckingClient, clock: StillClock, giver: Giver
) -> None:
    handout_id = paste(clock(), giver, LIST, Wishes(act=Act.RESERVE))
    wrong = rows_of(handout_id)[1]
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        confirm(work, handout)
        give_next(work, handout_id)
        begin_undo(work, handout)
        take_back_next(work, handout_id)
    assert outcomes(handout_id) == [Outcome.UNDONE, Outcome.FAILED]
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        edit_row(work, handout, wrong.id, Entry(2, "bo@contoso.example"), gives_again=False)
        # Whoever was to give it stopped here.
        assert retry(work, handout) == 1
    result = f"/o/contoso/handouts/{handout_id}/result"
    assert client.press(result, "/go-on").status_code == 302
    assert outcomes(handout_id) == [Outcome.UNDONE, Outcome.GIVEN]
    assert "Taken back" not in client.page("/o/contoso/handouts/").text


def test_an_undo_that_was_interrupted_goes_on_with_taking_back(
    client: CheckingClient, clock: StillClock, giver: Giver
) -> None:
    handout_id = paste(clock(), giver, LIST, Wishes(act=Act.RESERVE))
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        confirm(work, handout)
        give_next(work, handout_id)
        begin_undo(work, handout)
    result = f"/o/contoso/handouts/{handout_id}"
    form = client.page(f"{result}/result").select_one('form[action$="/retry"]')
    assert form is not None
    assert client.post(f"{result}/go-on", data=values_of(form)).status_code == 302
    assert outcomes(handout_id) == [Outcome.UNDONE, Outcome.FAILED]
