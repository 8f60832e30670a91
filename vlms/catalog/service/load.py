"""Loads the products, exams and certifications that ship with the system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any, TypeVar

from sqlalchemy import select

from vlms.catalog.models import (
    Certification,
    CertificationKind,
    CodeSource,
    Exam,
    ExamFamily,
    ExamProvider,
    Product,
    ProductKind,
    RetakeTerm,
    SolutionArea,
)
from vlms.catalog.renewal_models import (
    CertificationPrerequisite,
    LearningModule,
    RenewalAssessment,
)
from vlms.core.db import Base
from vlms.core.permissions import Permission
from vlms.core.work import Work

Facts = Mapping[str, Any]
Record = TypeVar("Record", bound=Base)

# What the operator decides about a product: loading again leaves it alone.
OPERATORS_COLUMNS = frozenset(
    {"is_orderable", "last_sale_on", "code_source", "lives_to_agreement_end", "low_stock_count"}
)
_DAYS = (
    "available_from",
    "retires_on",
    "first_sale_on",
    "last_sale_on",
    "exams_retire_on",
    "effective_from",
)


def load_catalogue(work: Work) -> dict[str, int]:
    """Bring the catalogue to what ships with this release; how many there are of each.

    May be repeated: what is there is brought up to date, nothing is taken away.
    """
    work.actor.require(Permission.EDIT_CATALOG)
    work.does("catalog.loaded")
    shipped = json.loads((files("vlms.catalog") / "data" / "catalogue.json").read_text("utf-8"))
    for row in shipped["solution_areas"]:
        _put(work, SolutionArea, row["key"], row)
    for row in shipped["providers"]:
        _put(work, ExamProvider, row["key"], row)
    for row in shipped["families"]:
        _put(work, ExamFamily, row["key"], _with_days(row))
    work.flush()
    for row in shipped["retake_terms"]:
        _put(work, RetakeTerm, row["key"], _with_days(row))
    for row in shipped["exams"]:
        _put_exam(work, row)
    work.flush()
    _put_certifications(work, shipped["certifications"])
    for row in shipped["assessments"]:
        _put_assessment(work, row)
    for row in shipped["products"]:
        _put_product(work, row)
    work.flush()
    return {name: len(rows) for name, rows in shipped.items()}


def _with_days(row: Facts) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in row.items()
    }


def _put(work: Work, model: type[Record], key: object, values: Facts) -> Record:
    """The record with this key, with these values."""
    record = work.session.get(model, key)
    if record is None:
        record = model(**values)
        work.session.add(record)
    else:
        _set(record, values)
    return record


def _set(record: Base, values: Facts) -> None:
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def _put_exam(work: Work, row: Facts) -> None:
    values = _with_days(row)
    values["family_key"] = values.pop("family")
    _put(work, Exam, row["number"], values)


def _put_certifications(work: Work, rows: Sequence[Facts]) -> None:
    for row in rows:
        _put_certification(work, row)
    work.flush()
    for row in rows:
        for needed in row.get("prerequisites", ()):
            keys = {"certification_key": row["key"], "needed_key": needed}
            _put(work, CertificationPrerequisite, tuple(keys.values()), keys)


def _put_certification(work: Work, row: Facts) -> None:
    exams = [work.session.get_one(Exam, number) for number in row["exams"]]
    values = {**_with_days(row), "kind": CertificationKind(row["kind"]), "exams": exams}
    values.pop("prerequisites", None)
    _put(work, Certification, row["key"], values)


def _put_assessment(work: Work, row: Facts) -> None:
    """An assessment with its learning modules in their order; those that are gone go."""
    key = row["certification_key"]
    _put(work, RenewalAssessment, key, {n: v for n, v in row.items() if n != "modules"})
    work.flush()
    for position, module in enumerate(row["modules"]):
        values = {"certification_key": key, "position": position, **module}
        _put(work, LearningModule, (key, position), values)
    behind = LearningModule.position >= len(row["modules"])
    own = select(LearningModule).where(LearningModule.certification_key == key, behind)
    for module in work.session.scalars(own):
        work.session.delete(module)


def _put_product(work: Work, row: Facts) -> None:
    values = _with_days(row)
    values["families"] = [work.session.get_one(ExamFamily, key) for key in row["families"]]
    values["solution_area_key"] = values.pop("solution_area")
    values["kind"] = ProductKind(row["kind"])
    values["code_source"] = CodeSource(row["code_source"])
    product = work.session.scalar(select(Product).where(Product.key == row["key"]))
    if product is None:
        work.session.add(Product(**values))
    else:
        _set(product, {n: v for n, v in values.items() if n not in OPERATORS_COLUMNS})
