"""The programme's monthly reports: whom their rows name, and what was noted about them."""

from __future__ import annotations

from vlms.privacy.rules.holding import Holding, Holdings, plain

SKILLS: Holdings = {
    # Name and address stand there of those alone whom the directory did not know.
    "reported_skill": Holding(
        person="person_id",
        address="account",
        mcid="mcid",
        empty="mcid name account",
        plain="training_id title training_type mpn_id relevant",
    ),
    "report_decision": Holding(person="person_id", search="note"),
    "skills_report": plain(""),
}
