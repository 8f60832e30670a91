"""The words of the pages on which many people are served, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

NO_PEOPLE_PAGES: frozenset[str] = frozenset(
    {"people.import_bad", "people.import_rows", "bounces.take", "outlook.download"}
)

PEOPLE: dict[str, Text] = {
    "people.import_file": _(
        "Bring a list of people in: new ones are added, known ones changed, nobody is doubled."
    ),
    "people.import_columns": _("Which column of the list holds what; it is remembered."),
    "people.import_dry_run": _("What each row would do. Nothing is written until you say so."),
    "people.import_result": _("What became of each row of a list that was imported."),
    "people.leaving": _("Choose who has left, and see what is bound to them."),
    "people.leave_together": _("What stays bound to those who have left, before they are marked."),
    "arrivals.index": _("Whether each person's mail about a code has left, came back, or worked."),
    "arrivals.correct": _("Corrects an address and sends the links to the waiting codes there."),
    "letters.index": _("Your own wording of the mails that go to holders and contacts."),
    "letters.new": _("Begin a letter of your own; until it is worded it says the standard text."),
    "letters.show": _("A letter as it leaves in each language, and every wording it ever had."),
    "letters.edit": _(
        "Word a letter in one language. Words in braces are filled in for each mail."
    ),
    "letters.standard": _("Lets a letter say the standard text again, in one language."),
    "my_notices.index": _("All that was written to you, mailed or not."),
    "my_notices.show": _("One notice as it was written to you."),
    "my_notices.choices": _("Which notices you want as mail, at once or once a week."),
    "declining.off": _("Declines one kind of mail for one address, without signing in."),
    "outlook.index": _(
        "What is expected to lapse unused, in codes and in money, and whom to nudge before it does."
    ),
    "outlook.show": _("One product's unused codes against time, until their last day."),
    "order_plans.index": _("How many exams people will need, and what was planned before."),
    "order_plans.new": _(
        "Say who is to earn what: see how many to order, by when, and what each month costs."
    ),
    "order_plans.edit": _("Keep a further version of a plan; the earlier ones stay."),
    "order_plans.show": _(
        "A plan as it stands today: what is missing, what it costs, and what happened since."
    ),
}
