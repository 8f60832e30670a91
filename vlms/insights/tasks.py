"""What needs the visitor today: how many of what, and the list that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.insights.academy_figures import AcademyFigures
from vlms.insights.academy_tasks import tasks_of_academy
from vlms.insights.agreement_figures import AgreementFigures
from vlms.insights.code_figures import CodeFigures
from vlms.insights.money_tasks import tasks_of_money
from vlms.insights.operations import Operations
from vlms.insights.order_figures import OrderFigures
from vlms.insights.order_tasks import tasks_of_orders
from vlms.insights.task import Task
from vlms.notices.models import MessageState
from vlms.planning.looking import Look

_P = Permission


@dataclass(frozen=True)
class Figures:
    """All that was counted; None for what the visitor may not see."""

    agreements: AgreementFigures | None = None
    orders: OrderFigures | None = None
    codes: CodeFigures | None = None
    operations: Operations | None = None
    requests: int = 0
    dead_messages: int = 0
    academy: AcademyFigures | None = None


def list_tasks(look: Look, figures: Figures) -> Sequence[Task]:
    """The tasks of which there is something, the worst first."""
    found = [
        *(tasks_of_orders(look, figures.orders) if figures.orders else ()),
        *tasks_of_money(look),
        *(_of_codes(look, figures.codes) if figures.codes else ()),
        *(_of_agreements(figures.agreements) if figures.agreements else ()),
        *_of_people(figures),
        *(tasks_of_academy(look, figures.academy) if figures.academy else ()),
        *(_of_operations(figures.operations) if figures.operations else ()),
    ]
    order = ("red", "orange", "blue")
    return sorted((t for t in found if t.count), key=lambda task: order.index(task.level))


def _of_codes(look: Look, codes: CodeFigures) -> Iterator[Task]:
    soon = codes.lapsing[30]
    if look.buys:
        yield Task(
            "lapsing",
            soon,
            ngettext(
                "%(number)s unused code lapses within 30 days.",
                "%(number)s unused codes lapse within 30 days.",
                soon,
            ),
            "codes.index",
            {"within": 30},
            "red",
            "clock",
        )
    if look.may(_P.ASSIGN_CODES):
        yield from _to_give_out(codes)


def _to_give_out(codes: CodeFigures) -> Iterator[Task]:
    yield Task(
        "unclaimed",
        codes.unclaimed,
        ngettext(
            "%(number)s code is assigned and was never claimed: remind its holder.",
            "%(number)s codes are assigned and were never claimed: remind their holders.",
            codes.unclaimed,
        ),
        "codes.index",
        {"only": "unclaimed"},
        "orange",
        "user-check",
    )
    yield Task(
        "in_delay",
        codes.in_delay,
        ngettext(
            "%(number)s assignment can still be called back; then it is final.",
            "%(number)s assignments can still be called back; then they are final.",
            codes.in_delay,
        ),
        "codes.index",
        {"only": "in_delay"},
        "orange",
        "arrow-back-up",
    )
    yield _arrived(codes.in_stock)


def _arrived(free: int) -> Task:
    return Task(
        "available",
        free,
        ngettext(
            "%(number)s code has arrived and is not given out yet.",
            "%(number)s codes have arrived and are not given out yet.",
            free,
        ),
        "codes.index",
        {"only": "in_stock"},
        "blue",
        "package",
    )


def _of_agreements(agreements: AgreementFigures) -> Iterator[Task]:
    for each in agreements.short:
        yield Task(
            f"admins-{each.number}",
            1,
            _(
                "Fewer than two licensing admins can act for %(number)s: invite another.",
                number=each.number,
            ),
            "roles.index",
            {},
            "orange",
            "user-plus",
        )
    for each in agreements.unreached:
        yield Task(
            f"contact-{each.number}",
            1,
            _(
                "Mail to a contact of %(number)s came back: correct the address.",
                number=each.number,
            ),
            "agreements.contacts",
            {"agreement_id": each.id},
            "orange",
            "mail",
            is_list=False,
        )


def _of_people(figures: Figures) -> Iterator[Task]:
    """Mail that did not arrive, and holders who asked for help."""
    count = figures.dead_messages
    yield Task(
        "messages",
        count,
        ngettext(
            "%(number)s message could not be sent: correct the address and send it again.",
            "%(number)s messages could not be sent: correct the addresses and send them again.",
            count,
        ),
        "messages.index",
        {"state": MessageState.DEAD.value},
        "red",
        "mail",
    )
    count = figures.requests
    yield Task(
        "requests",
        count,
        ngettext(
            "%(number)s holder asks for help with a code.",
            "%(number)s holders ask for help with a code.",
            count,
        ),
        "requests.index",
        {"state": "open"},
        "orange",
        "help",
    )


def _of_operations(operations: Operations) -> Iterator[Task]:
    failed, low = operations.failed_jobs, len(operations.low_stock)
    yield Task(
        "jobs",
        failed,
        ngettext("%(number)s job has failed.", "%(number)s jobs have failed.", failed),
        "jobs.index",
        {"state": "failed"},
        "red",
        "alert-triangle",
    )
    yield Task(
        "stock",
        low,
        ngettext(
            "The stock of %(number)s product is low: take in a provider's list.",
            "The stock of %(number)s products is low: take in a provider's list.",
            low,
        ),
        "stock.index",
        {"low": 1},
        "orange",
        "package-import",
    )
    yield _of_journal(operations)
    unsent = operations.unsent_packs
    yield Task(
        "unsent_packs",
        unsent,
        ngettext(
            "The message about %(number)s site pack did not leave within 24 hours.",
            "The messages about %(number)s site packs did not leave within 24 hours.",
            unsent,
        ),
        "packs.index",
        {"unsent": 1},
        "red",
        "mail",
    )


def _of_journal(operations: Operations) -> Task:
    checked = operations.journal
    told = (
        _("The journal does not hold: somebody has changed it, or its guards are gone.")
        if checked is not None and not checked.held
        else _("The journal was not checked for two days: does the worker run?")
    )
    count = int(operations.is_journal_unproved)
    return Task("journal", count, told, "journal.index", {}, "red", "alert-triangle", False)
