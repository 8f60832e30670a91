"""Pages of the academic part."""

from __future__ import annotations

from flask import Blueprint

from vlms.academy.views.adding import sittings
from vlms.academy.views.benefits import benefits
from vlms.academy.views.courses import courses
from vlms.academy.views.designs import certificates
from vlms.academy.views.my_certificates import my_certificates
from vlms.academy.views.my_exams import my_exams
from vlms.academy.views.quotas import packs
from vlms.academy.views.rollover import academy_reports
from vlms.academy.views.roster_import import schools
from vlms.academy.views.sites import sites
from vlms.academy.views.slip import slip
from vlms.academy.views.slips import slips
from vlms.academy.views.verification import verification

ACADEMY_BLUEPRINTS: tuple[Blueprint, ...] = (
    academy_reports,
    packs,
    sites,
    sittings,
    slip,
    slips,
    benefits,
    courses,
    certificates,
    my_certificates,
    my_exams,
    verification,
    schools,
)
