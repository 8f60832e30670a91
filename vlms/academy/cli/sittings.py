"""`vlms academy sittings`: schedule and deliver exams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vlms.academy.cli.sitting_values import (
    class_called,
    deliver,
    look_of,
    newcomers,
    people_called,
    quota_of,
    say,
    school_called,
    seat_row,
    seats_named,
    site_called,
    sitting_row,
)
from vlms.academy.exports.sittings import session_list, sitting_calendar
from vlms.academy.queries.sittings import SittingFilter, find_by_number, list_sittings
from vlms.academy.rules.identity import Identity
from vlms.academy.service import adding, identifying, results, scheduling, seats
from vlms.academy.service.examining import SittingPlan, zone_of_school
from vlms.academy.service.results import Result, retakes_of
from vlms.accounts.cli.values import json_option, organisation_named
from vlms.accounts.models import Organisation
from vlms.core.commands import Read, command_work, print_rows, with_app, written
from vlms.core.reading import optional, read_day, read_moment, read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf

_institution = click.option("--organisation", "slug", required=True)
_reason = click.option("--reason", required=True, type=Read(read_text(500), _("Reason")))
_number = click.argument("number")
_who = click.option(
    "--person", "words", multiple=True, help="Number or address; without any, all reserved seats."
)
_one = click.option("--person", "word", required=True, help="Number or address.")


@click.group("sittings")
def sittings() -> None:
    """Sittings: who sits which exam, where and when."""


@sittings.command("list")
@_institution
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """The sittings of an institution, the first first."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        found = list_sittings(look_of(work), SittingFilter())
        rows = [sitting_row(one) for one in found if one.organisation_id == organisation.id]
    print_rows(rows, as_json=as_json)


@sittings.command("show")
@_number
@json_option
@with_app
def show(number: str, as_json: bool) -> None:
    """The seats of a sitting, with what is missing and when a retake is possible."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        retakes = retakes_of(work.session, sitting)
        rows = [seat_row(seat, retakes.get(seat.id)) for seat in sitting.seats]
    print_rows(rows, as_json=as_json)


@sittings.command("schedule")
@_institution
@click.option("--school", "school_name", required=True)
@click.option("--pack", "pack_number", required=True, help="The number of a pack.")
@click.option("--exam", "exam_number", required=True)
@click.option("--site", "site_name", required=True)
@click.option("--at", "typed_at", required=True, help="Local time of the school.")
@click.option("--class", "class_title", help="The title of a class.")
@click.option("--person", "words", multiple=True, help="Number or address.")
@click.option("--leave-out", "left_out", multiple=True, help="Number or address.")
@click.option("--room", default="", type=Read(optional(read_text(120)), _("Room")))
@click.option("--proctor", help="Number or address.")
@json_option
@with_app
def schedule(slug: str, as_json: bool, **asked: Any) -> None:
    """Schedule an exam for a class or some people; all seats are reserved, or none."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        sitting = scheduling.schedule(work, _plan(work, organisation, asked))
        row = sitting_row(sitting)
    say(row, as_json=as_json)


def _plan(work: Work, organisation: Organisation, asked: dict[str, Any]) -> SittingPlan:
    school = school_called(work, organisation, asked["school_name"])
    zone = zone_of_school(work.session, school)
    proctor = [asked["proctor"]] if asked["proctor"] else []
    return SittingPlan(
        school_id=school.id,
        quota_id=quota_of(work, school, asked["pack_number"]).id,
        exam_number=asked["exam_number"],
        site_id=site_called(work, organisation, asked["site_name"]).id,
        starts_at=read_moment(zone)(asked["typed_at"], _("Starts at")),
        class_id=class_called(work, school, asked["class_title"]),
        person_ids=people_called(work, organisation, asked["words"]),
        left_out=people_called(work, organisation, asked["left_out"]),
        room=asked["room"] or "",
        proctor_id=next(iter(people_called(work, organisation, proctor)), None),
    )


@sittings.command("add")
@_number
@click.option("--class", "class_title", help="A class of the school: those without a seat yet.")
@click.option("--person", "words", multiple=True, help="Number or address.")
@with_app
def add(number: str, class_title: str | None, words: tuple[str, ...]) -> None:
    """Add candidates to a planned sitting; all get a seat, or nobody does."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        organisation = work.session.get_one(Organisation, sitting.organisation_id)
        keys = {*people_called(work, organisation, words), *newcomers(work, sitting, class_title)}
        adding.add_candidates(work, sitting.id, keys)
    click.echo(f"Added: {len(keys)}.")


@sittings.command("move")
@_number
@click.option("--at", "typed_at", required=True, help="Local time of the school.")
@click.option("--site", "site_name", help="Without it, the same site.")
@with_app
def move(number: str, typed_at: str, site_name: str | None) -> None:
    """Move a sitting to another time or site."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        organisation = work.session.get_one(Organisation, sitting.organisation_id)
        site_id = site_called(work, organisation, site_name).id if site_name else sitting.site_id
        starts_at = read_moment(sitting.time_zone)(typed_at, _("Starts at"))
        scheduling.move_sitting(work, sitting.id, starts_at, site_id)
    click.echo(f"{number} is moved.")


@sittings.command("staff")
@_number
@click.option("--room", default="", type=Read(optional(read_text(120)), _("Room")))
@click.option("--proctor", help="Number or address.")
@click.option("--substitute", help="Number or address.")
@with_app
def staff(number: str, room: str | None, proctor: str | None, substitute: str | None) -> None:
    """Say in which room, who proctors, and who stands in."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        organisation = work.session.get_one(Organisation, sitting.organisation_id)
        first, second = (
            next(iter(people_called(work, organisation, [word] if word else [])), None)
            for word in (proctor, substitute)
        )
        scheduling.staff_sitting(work, sitting.id, room or "", first, second)
    click.echo(f"{number} is staffed.")


@sittings.command("identify")
@_number
@_one
@click.option("--legal-name", required=True, type=Read(read_text(200), _("Legal name")))
@click.option("--account", required=True, type=Read(read_text(120), _("Account")))
@click.option("--minor", is_flag=True)
@click.option("--consent-on", type=Read(read_day, _("Guardian's consent")))
@with_app
def identify(number: str, word: str, **known: Any) -> None:
    """Say how the test provider knows a candidate, and when a guardian consented."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        (key,) = seats_named(work, sitting, [word])
        identity = Identity(
            known["legal_name"], known["account"], known["minor"], known["consent_on"]
        )
        identifying.correct(work, sitting.id, {key: identity})
    click.echo("Saved.")


@sittings.command("start")
@_number
@_who
@with_app
def start(number: str, words: tuple[str, ...]) -> None:
    """Start exams: each is consumed from the quota."""
    deliver(number, words, lambda work, key, chosen: seats.start(work, key, chosen))
    click.echo("Started.")


@sittings.command("no-show")
@_number
@_who
@with_app
def no_show(number: str, words: tuple[str, ...]) -> None:
    """Record who did not come; their exams go back to the quota."""
    deliver(number, words, lambda work, key, chosen: seats.no_show(work, key, chosen))
    click.echo("Recorded.")


@sittings.command("cancel")
@_number
@_who
@_reason
@with_app
def cancel(number: str, words: tuple[str, ...], reason: str) -> None:
    """Cancel some seats, or the whole sitting; the exams go back to the quota."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        if words:
            seats.cancel(work, sitting.id, seats_named(work, sitting, words), reason)
        else:
            scheduling.cancel_sitting(work, sitting.id, reason)
    click.echo("Cancelled.")


@sittings.command("result")
@_number
@_one
@click.option("--score", type=click.IntRange(0, 1000))
@click.option("--passed/--failed", "has_passed", default=None)
@with_app
def result(number: str, word: str, score: int | None, has_passed: bool | None) -> None:
    """Record a result; without score and word a recorded one is taken away."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        (key,) = seats_named(work, sitting, [word])
        results.record_results(work, sitting.id, {key: Result(score, has_passed)})
    click.echo("Saved.")


@sittings.command("reverse")
@_number
@_one
@_reason
@with_app
def reverse(number: str, word: str, reason: str) -> None:
    """Reverse a start that was a mistake; the exam goes back to the quota."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        (key,) = seats_named(work, sitting, [word])
        seats.reverse(work, sitting.id, key, reason)
    click.echo("Reversed.")


@sittings.command("session-list")
@_number
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def print_list(number: str, file: Path) -> None:
    """Write the session list to print, as PDF."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        paper = session_list(sitting, sitting.exam.name_en, work.now, lambda day: day.isoformat())
        with written(file) as out:
            write_pdf(paper, out)


@sittings.command("calendar")
@_number
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def write_entry(number: str, file: Path) -> None:
    """Write the sitting's calendar file."""
    with command_work() as work:
        sitting = find_by_number(look_of(work), number)
        text = sitting_calendar(sitting, sitting.exam.name_en, work.now)
        with written(file) as out:
            out.write(text.encode())
