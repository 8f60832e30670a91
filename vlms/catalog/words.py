"""The catalogue's words for people."""

from __future__ import annotations

from vlms.catalog.models import CertificationKind, CodeSource, ProductKind
from vlms.core.text import Text, _

KIND_WORDS: dict[ProductKind, Text] = {
    ProductKind.EXAM_VOUCHER: _("Exam vouchers"),
    ProductKind.CLASS_PACK: _("Class packs"),
    ProductKind.SITE_PACK: _("Site packs"),
    ProductKind.E_REFERENCE: _("E-Reference libraries"),
    ProductKind.IMAGINE_ACADEMY: _("Imagine Academy"),
    ProductKind.ENTITLEMENT: _("Entitlements"),
}
SOURCE_WORDS: dict[CodeSource, Text] = {
    CodeSource.VC1: _("Our own generator"),
    CodeSource.PROVIDER: _("The provider's lists"),
    CodeSource.NONE: _("No codes"),
}
CERTIFICATION_WORDS: dict[CertificationKind, Text] = {
    CertificationKind.FUNDAMENTALS: _("Fundamentals"),
    CertificationKind.ASSOCIATE: _("Associate"),
    CertificationKind.EXPERT: _("Expert"),
    CertificationKind.SPECIALTY: _("Specialty (certification)"),
    CertificationKind.MOS: _("MOS"),
    CertificationKind.MTA: _("MTA"),
    CertificationKind.MCSA: _("MCSA"),
    CertificationKind.MCSE: _("MCSE"),
    CertificationKind.MCSD: _("MCSD"),
    CertificationKind.MCE: _("MCE"),
}
ACTION_WORDS = {
    "catalog.loaded": _("Catalogue loaded"),
    "product.edited": _("Product edited"),
    "prices.imported": _("Prices imported"),
    "prices.changed": _("Prices changed"),
    "holidays.filled": _("Holidays filled in"),
    "holiday.added": _("Holiday added"),
    "holiday.removed": _("Holiday removed"),
}
COLUMN_WORDS = {
    "key": _("Key"),
    "kind": _("Kind"),
    "name": _("Name"),
    "name_en": _("English name"),
    "name_zh": _("Chinese name"),
    "is_orderable": _("Can be ordered"),
    "first_sale_on": _("First sale day"),
    "last_sale_on": _("Last sale day"),
    "exams_retire_on": _("Exams retire"),
    "code_source": _("Codes come from"),
    "lives_to_agreement_end": _("Codes live to the agreement's end"),
    "low_stock_count": _("Low stock"),
    "publisher_name": _("Publisher"),
    "publisher_number": _("Publisher's number"),
    "is_sample": _("Sample"),
    "country": _("Country"),
    "day": _("Day"),
}
VALUE_WORDS = {"code_source": SOURCE_WORDS, "source": SOURCE_WORDS}
