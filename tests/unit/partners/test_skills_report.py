"""The published layouts, what a proof is relevant for, and how an address asks for it (K5)."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.core.clock import system_clock
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.partners.competencies import asked_on
from vlms.partners.rules.locations import read_mpn_id
from vlms.partners.rules.skills_layouts import (
    LEARNING_COLUMNS,
    SKILLS_COLUMNS,
    TRAINING_COLUMNS,
    TRAINING_TYPES,
)
from vlms.partners.rules.skills_report import (
    SkillKind,
    is_active,
    last_day_within,
    names_asked,
    read_days,
    read_what,
    relevance,
    relevant_for,
    split_name,
    told_proof,
)
from vlms.partners.skills_exports import learning_table, skills_table, yes_or_no
from vlms.partners.terms import exam_counts_until

DAY = date(2026, 3, 2)
TRAINING = (
    "PGAMpnId,TrainingActivityId,TrainingTitle,TrainingType,IndividualFirstName,"
    "IndividualLastName,Email,CorpEmail,TrainingCompletionDate,ExpirationDate,ActivationStatus,"
    "Month,IcMCP,MCPID,MpnId,PartnerName,PartnerCityLocation,PartnerCountryLocation"
)
REPORT = ",Associated in PMC,Associated in PC,Relevant for Competencies (Option) or Programs"
LEARNING = (
    "PGAMpnId,UserName,UserId,TrainingName,TrainingType,Products,Roles,CompletionDate,MPNId,"
    "PartnerName,Country"
)


def test_the_layouts_are_the_published_ones_column_by_column() -> None:
    assert ",".join(TRAINING_COLUMNS) == TRAINING
    assert ",".join(SKILLS_COLUMNS) == TRAINING + REPORT
    assert ",".join(LEARNING_COLUMNS) == LEARNING
    now = system_clock()
    assert [one.title for one in skills_table([], now).columns] == list(SKILLS_COLUMNS)
    assert [one.title for one in learning_table([], now).columns] == list(LEARNING_COLUMNS)
    assert set(TRAINING_TYPES) == set(SkillKind)


def test_a_name_is_relevant_for_each_path_that_asks_for_it() -> None:
    found = relevance(asked_on(DAY))
    told = relevant_for(found, "az-104")
    assert told == (
        "Sample: Cloud Platform (Consumption); Sample: Cloud Platform (Skills without consumption)"
    )
    assert relevant_for(found, "MB-210") == (
        "Cloud Business Applications (Score of performance and skills)"
    )
    assert relevant_for(found, "77-727") == ""
    assert names_asked(found, "sample-data-analytics") == {"PL-300", "DP-203"}
    assert names_asked(found, "no-such") == frozenset()


def test_what_is_relevant_follows_the_version_of_the_day_k3() -> None:
    later = relevance(asked_on(date(2026, 7, 1)))
    assert "DP-300" in names_asked(later, "sample-data-analytics")


@pytest.mark.parametrize(
    ("expires", "retires", "counts"),
    [
        (None, None, True),
        (DAY, None, True),
        (date(2026, 3, 1), None, False),
        # Retired exams count twelve more months (K3).
        (None, date(2025, 3, 3), True),
        (None, date(2025, 3, 2), False),
    ],
)
def test_a_proof_counts_until_its_last_day(
    expires: date | None, retires: date | None, counts: bool
) -> None:
    assert is_active(expires, exam_counts_until(retires), DAY) is counts


@pytest.mark.parametrize(
    ("name", "latin", "parts"),
    [
        ("林怡君", "Yi-Chun Lin", ("Yi-Chun", "Lin")),
        ("Mary Ann  Smith", None, ("Mary Ann", "Smith")),
        # Nothing parts it: nothing is guessed.
        ("林怡君", None, ("", "林怡君")),
        ("林怡君", "Lin", ("", "林怡君")),
    ],
)
def test_a_name_is_parted_only_where_a_space_parts_it(
    name: str, latin: str | None, parts: tuple[str, str]
) -> None:
    assert split_name(name, latin) == parts


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("90", 90),
        ("0", 0),
        ("3660", 3660),
        ("3661", None),
        ("-1", None),
        ("٣", None),
        ("abc", None),
    ],
)
def test_days_ahead_are_read_or_refused(typed: str, days: int | None) -> None:
    if days is not None:
        assert read_days(typed, _("Days")) == days
        return
    with pytest.raises(BadInput, match="cannot be used"):
        read_days(typed, _("Days"))


def test_an_exam_or_certification_is_named_with_its_kind() -> None:
    assert read_what("exam:AZ-104") == (SkillKind.EXAM, "AZ-104")
    assert read_what("certification:a:b") == (SkillKind.CERTIFICATION, "a:b")
    assert [read_what(one) for one in (None, "", "exam", "code:1")] == [None] * 4
    assert told_proof(SkillKind.EXAM, "AZ-104", "Administrator") == "AZ-104 Administrator"
    assert told_proof(SkillKind.EXAM, "AZ-104", "AZ-104") == "AZ-104"
    assert told_proof(SkillKind.CERTIFICATION, "azure", "Azure") == "Azure"


def test_what_nobody_has_said_stays_empty() -> None:
    assert [yes_or_no(one) for one in (True, False, None)] == ["Yes", "No", None]
    assert last_day_within(DAY, 0) == DAY
    assert last_day_within(DAY, 30) == date(2026, 4, 1)


def test_an_mpn_id_is_letters_figures_and_dashes() -> None:
    assert read_mpn_id(" 4100001 ", _("MPN id")) == "4100001"
    assert read_mpn_id("v-org1", _("MPN id")) == "V-ORG1"
    for wrong in ("", "41 0", "=1+1", "1" * 21):
        with pytest.raises(BadInput):
            read_mpn_id(wrong, _("MPN id"))
