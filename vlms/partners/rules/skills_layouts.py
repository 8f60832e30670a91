"""The published layouts of skills: their columns, in order and as they are spelled (K5)."""

from __future__ import annotations

# The skills and training export. `IcMCP` is the real spelling.
TRAINING_COLUMNS = (
    "PGAMpnId",
    "TrainingActivityId",
    "TrainingTitle",
    "TrainingType",
    "IndividualFirstName",
    "IndividualLastName",
    "Email",
    "CorpEmail",
    "TrainingCompletionDate",
    "ExpirationDate",
    "ActivationStatus",
    "Month",
    "IcMCP",
    "MCPID",
    "MpnId",
    "PartnerName",
    "PartnerCityLocation",
    "PartnerCountryLocation",
)
IN_PMC, IN_PC = "Associated in PMC", "Associated in PC"
RELEVANT_FOR = "Relevant for Competencies (Option) or Programs"
# The skills report: the same with what is associated where, and what asks for it.
SKILLS_COLUMNS = (*TRAINING_COLUMNS, IN_PMC, IN_PC, RELEVANT_FOR)
# The learning report.
LEARNING_COLUMNS = (
    "PGAMpnId",
    "UserName",
    "UserId",
    "TrainingName",
    "TrainingType",
    "Products",
    "Roles",
    "CompletionDate",
    "MPNId",
    "PartnerName",
    "Country",
)
YES, NO = "Yes", "No"
ACTIVE, INACTIVE = "Active", "Inactive"
# By the kinds of proofs (`SkillKind`).
TRAINING_TYPES = {"exam": "Exam", "certification": "Certification"}
