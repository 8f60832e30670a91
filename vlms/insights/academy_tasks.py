"""What waits for the people of schools, and what a new coordinator does first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import Sitting
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.insights.academy_figures import AcademyFigures, PackFigures, has_any
from vlms.insights.task import FirstStep, Task
from vlms.planning.looking import Look

_P = Permission


def tasks_of_academy(look: Look, figures: AcademyFigures) -> Iterator[Task]:
    if figures.packs is not None and look.may(_P.SCHEDULE_EXAMS):
        yield _gates(figures.packs)
        yield _lapsing(figures.packs)
    if figures.packs is not None and look.may(_P.EDIT_PACKS):
        yield _requests(figures.packs)


def _gates(packs: PackFigures) -> Task:
    count = len(packs.shut_sites)
    return Task(
        "gates",
        count,
        ngettext(
            "The gate of %(number)s site is shut: no exam of a site pack can be delivered "
            "there (A1).",
            "The gates of %(number)s sites are shut: no exam of a site pack can be delivered "
            "there (A1).",
            count,
        ),
        "sites.index",
        level="orange",
        picture="lock",
        is_list=False,
    )


def _lapsing(packs: PackFigures) -> Task:
    count = packs.ending[30] if packs.lapsing[30] else 0
    return Task(
        "packs-lapsing",
        count,
        ngettext(
            "%(number)s pack ends within 30 days and has exams left that would lapse.",
            "%(number)s packs end within 30 days and have exams left that would lapse.",
            count,
        ),
        "packs.index",
        {"within": 30},
        "red",
        "clock",
    )


def _requests(packs: PackFigures) -> Task:
    count = len(packs.requests)
    asked = {request.pack_id for request in packs.requests}
    return Task(
        "quota-requests",
        count,
        ngettext(
            "%(number)s school asks for more of a pack.",
            "%(number)s schools ask for more of a pack.",
            count,
        ),
        "packs.show" if len(asked) == 1 else "packs.index",
        {"pack_id": asked.pop()} if len(asked) == 1 else {},
        picture="help",
        is_list=False,
    )


def first_steps_of_school(look: Look) -> Sequence[FirstStep]:
    """What leads a coordinator to the first sitting; nothing once there was one."""
    if look.kind != "academic" or not look.may(_P.ASK_QUOTA) or has_any(look, Sitting):
        return ()
    return (
        FirstStep(
            _("Import the roster of your school, so that its classes are here."),
            "schools.index",
            has_any(look, SchoolClass),
        ),
        FirstStep(
            _("Enter where exams are delivered, and tick its checklist (A1)."),
            "sites.index",
            has_any(look, DeliverySite),
        ),
        FirstStep(_("Ask for a share of a pack."), "packs.index", has_any(look, PackQuota)),
        FirstStep(_("Schedule the first sitting."), "sittings.index", is_done=False),
    )
