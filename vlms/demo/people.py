"""The list of employees that the demo's customer imports: managers, and a row that is wrong."""

from __future__ import annotations

from vlms.accounts.service.people_writing import Source, import_now
from vlms.demo.orders import Stage
from vlms.exports.sheets import sheet_of

_HEADINGS = ("Employee number", "Name", "E-mail", "Manager", "MCID")
_ROWS = (
    ("1001", "Leo Learner", "leo@contoso.example", "1002", "990100101"),
    ("1002", "Mia Chen", "mia@contoso.example", "1009", "990100102"),
    ("1003", "Noah O'Neill", "noah@contoso.example", "mia@contoso.example", ""),
    ("1004", "Zoë Müller", "zoe@contoso.example", "1002", "990100104"),
    ("1005", "Ivy Park", "ivy@contoso.example", "1009", ""),
    ("1006", "Max Weber", "max@contoso.example", "1009", ""),
    ("1011", "Finn Novak", "finn@contoso", "1009", ""),
)


def play_people(stage: Stage) -> None:
    """What the personnel department sent; its last row has no usable address."""
    sheet = sheet_of(list(enumerate((_HEADINGS, *_ROWS), 1)), [])
    owner_id = stage.cast.organisations["contoso"].id
    with stage.act("admin@contoso.example", -3) as work:
        import_now(work, Source(owner_id, "employees.csv", sheet), good_rows=True)
