"""Makes packs, their quotas, and the sites at which their exams are delivered."""

from __future__ import annotations

from datetime import date
from itertools import count as counting
from typing import Any

from tests.support.making_catalog import make_family, make_product
from tests.support.making_codes import make_line
from vlms.academy.models.packs import (
    Pack,
    PackEntry,
    PackEntryKind,
    PackKind,
    PackQuota,
    quota_place,
)
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.models.sites import DeliverySite, SiteCheck
from vlms.academy.requirements import site_requirements
from vlms.accounts.models import Organisation, School
from vlms.agreements.models import Agreement
from vlms.catalog.models import Exam, Product, ProductKind
from vlms.core.term import end_of_day, start_of_day
from vlms.core.work import Work

MTA_RETIRED_ON = date(2022, 6, 30)
MOS_EXAM, MTA_EXAM, MCE_EXAM = "MO-200", "98-349", "62-193"
_numbers = counting(1)


def make_exams(work: Work) -> None:
    """An exam each of MOS, MTA (retired on 2022-06-30) and MCE."""
    for key, number in (("MOS", MOS_EXAM), ("MTA", MTA_EXAM), ("MCE", MCE_EXAM)):
        make_family(work, key, MTA_RETIRED_ON if key == "MTA" else None)
        if work.session.get(Exam, number) is None:
            work.session.add(
                Exam(number=number, name_en=f"Exam {key}", name_zh=f"考試 {key}", family_key=key)
            )
    work.flush()


def make_site_pack(work: Work, key: str = "site-pack-500", units: int = 500) -> Product:
    """A site pack of MOS, MTA and MCE."""
    make_exams(work)
    product = make_product(work, key, ProductKind.SITE_PACK, units=units, points=125)
    product.families = [make_family(work, family) for family in ("MOS", "MTA", "MCE")]
    work.flush()
    return product


def make_pack(
    work: Work, agreement: Agreement, product: Product, capacity: int, **facts: Any
) -> Pack:
    """A pack open for the agreement's whole term, of a line of its own."""
    line = make_line(work, agreement, product, 1)
    is_grant = product.kind is ProductKind.IMAGINE_ACADEMY
    pack = Pack(
        **{
            "organisation_id": agreement.organisation_id,
            "agreement_id": agreement.id,
            "reseller_id": agreement.reseller_id,
            "order_line_id": line.id,
            "product_id": product.id,
            "number": f"{'IA' if is_grant else 'SP'}-T{next(_numbers):05d}",
            "kind": PackKind.IMAGINE_GRANT if is_grant else PackKind.SITE_PACK,
            "capacity": capacity,
            "last_day": agreement.last_day,
            "time_zone": agreement.time_zone,
            "usable_at": start_of_day(agreement.first_day, agreement.time_zone),
            "expires_at": end_of_day(agreement.last_day, agreement.time_zone),
            "opened_at": work.now,
            **facts,
        }
    )
    work.session.add(pack)
    work.flush()
    return pack


def make_quota(
    work: Work,
    pack: Pack,
    school: School | None,
    count: int,
    term: AcademicTerm | None = None,
) -> PackQuota:
    """A quota with its line in the ledger, as the service would give it; nobody is told."""
    school_id, term_id = school.id if school else None, term.id if term else None
    quota = PackQuota(
        organisation_id=pack.organisation_id,
        agreement_id=pack.agreement_id,
        pack_id=pack.id,
        school_id=school_id,
        term_id=term_id,
        place=quota_place(school_id, term_id),
        quota_count=count,
    )
    work.session.get_one(Pack, pack.id).allotted_count += count
    work.session.add(quota)
    work.flush()
    work.session.add(
        PackEntry(
            organisation_id=pack.organisation_id,
            agreement_id=pack.agreement_id,
            pack_id=pack.id,
            quota_id=quota.id,
            school_id=school_id,
            kind=PackEntryKind.GIVEN,
            count=count,
            at=work.now,
        )
    )
    work.flush()
    return quota


def make_site(
    work: Work, organisation: Organisation, name: str = "Main hall", **facts: Any
) -> DeliverySite:
    """A site whose gate is open all of 2026; `ticked` leaves out requirements."""
    ticked = facts.pop("ticked", [one.key for one in site_requirements()])
    site = DeliverySite(
        **{
            "organisation_id": organisation.id,
            "name": name,
            "center_number": "90012345",
            "valid_from": date(2026, 1, 1),
            "valid_to": date(2026, 12, 31),
            **facts,
        }
    )
    site.checks = [
        SiteCheck(
            organisation_id=organisation.id,
            school_id=site.school_id,
            requirement_key=key,
            ticked_at=work.now,
        )
        for key in ticked
    ]
    work.session.add(site)
    work.flush()
    return site
