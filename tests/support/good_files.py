"""For each door that takes files one that it lets in."""

from __future__ import annotations

from tests.support.files_of_others import LEDGER
from tests.support.hostile_files import PDF
from tests.support.importing_people import people_csv
from tests.support.making_certificates import picture
from tests.support.making_openings import usual_book
from tests.support.provider_files import HEADINGS
from tests.support.upload_doors import Door

LISTS = {
    "agreements.import_file": "客戶,合約編號,方案,起日,迄日,國家,幣別,價格級距,經銷商,客戶經理,"
    "客戶經理信箱,通知與線上聯絡人,通知信箱\ncontoso,V-1,EA\n",
    "catalog.import_file": "Product,Programme,Level,Currency,From quantity,Unit price,"
    "Effective from,Effective to\nvoucher,EA,A,USD,1,120.5,2026-01-01,\n",
    "exchange_rates.import_file": "From currency,To currency,Day,Rate,Source\n"
    "USD,TWD,2026-03-01,31.25,x\n",
    "competencies.import_file": "CompetencyName,CompetencyAttainmentOptionName,Month,MetricName,"
    "MetricMonthlyContribution\nsample-cloud-platform,consumption,2026-02,revenue,5\n",
    "skills_reports.import_file": "MCPID,CorpEmail,TrainingTitle,TrainingCompletionDate,Month\n"
    "990100101,leo@contoso.example,AZ-104,2026-01-05,2026-01\n",
    "invoices.import_tax_numbers": "請款單,發票號碼\nX-1,AB12345678\n",
    "certifications.import_file": "E-mail,Exam,Passed on\nleo@contoso.example,AZ-104,2026-02-01\n",
    "stock.upload": "Code\nHELD-0000-0009\n",
    "handouts.new": "email\nleo@contoso.example\n",
    "files.upload": ",".join(LEDGER) + "\nO-1,1,voucher,1,10,1,11,USD,2026-03-01\n",
    "provider_reports.upload": ",".join(HEADINGS) + "\nX,A,70-461,,used,2026-03-01,,\n",
}
# Where the page offers an example, or its own rows, to be sent back.
OFFERED = {
    "handouts.upload": ("/workbook.xlsx", "handout.xlsx"),
    "schools.import_file": ("/import/example", "roster.zip"),
}


def good_file(door: Door) -> tuple[bytes, str]:
    """Its bytes and its name."""
    if door.endpoint in LISTS:
        return LISTS[door.endpoint].encode("utf-8-sig"), "list.csv"
    if door.endpoint in OFFERED:
        ending, filename = OFFERED[door.endpoint]
        page = door.client.page(door.address)
        link = page.select_one(f'main a[href*="{ending}"]')
        assert link is not None, (door.endpoint, ending)
        return door.client.get(str(link["href"])).data, filename
    if door.endpoint == "certificates.design":
        return picture(), "logo.png"
    if door.endpoint == "moving_in.index":
        return usual_book(), "moving-in.xlsx"
    if door.endpoint == "people.import_file":
        return people_csv(("9", "Ada One", "ada@x.example", "", "")), "people.csv"
    return PDF, "signed.pdf"
