"""The words of the pages on which many people are served, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

NO_PEOPLE_PAGES: frozenset[str] = frozenset(
    {
        "closings.download",
        "closings.download_so_far",
        "handouts.results",
        "handouts.workbook",
        "provider_reports.queue_file",
        "people.import_bad",
        "people.import_rows",
        "people.sign_ins_file",
        "people.unanswered_file",
        "moving_in.faults",
        "moving_in.paper",
        "moving_in.template",
        "outlook.download",
        "yields.download",
        "yields.nowhere",
        "calendar_feed.read",
        "links.download",
        "skills.download",
        "skills.download_learning",
    }
)

PEOPLE: dict[str, Text] = {
    "people.import_file": _(
        "Bring a list of people in: new ones are added, known ones changed, nobody is doubled."
    ),
    "people.import_columns": _("Which column of the list holds what; it is remembered."),
    "people.import_dry_run": _("What each row would do. Nothing is written until you say so."),
    "people.import_result": _("What became of each row of a list that was imported."),
    "people.import_sign_ins": _("Whether those who stand in an import sign in by now."),
    "people.unanswered": _("Who was invited to sign in and has not answered; invite them again."),
    "authentication.join": _("Accept the invitation of your organisation to sign in."),
    "privacy.erase": _("What erasing this person does and what stays, before it is done for good."),
    "privacy.held": _("What is held on this person in the organisation, and all of it as a file."),
    "my_data.index": _("What is held on you in every organisation, and all of it as a file."),
    "privacy.find": _("Find a user who is to be erased from every organisation."),
    "privacy.erase_user": _(
        "What erasing this user does in every organisation, before it is done."
    ),
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
    "reminders.index": _(
        "Whose codes lie where: not assigned, not claimed, not used; remind one, some or all."
    ),
    "reminders.plan": _(
        "The days on which holders are reminded and admins warned, and how often in a week."
    ),
    "moving_in.index": _(
        "Bring along how things stand: orders, codes, packs, people and entitlements, in one file."
    ),
    "moving_in.check": _("What each row of the workbook would do, and whether all of it fits."),
    "moving_in.show": _("What an organisation brought along, and who signed that it is so."),
    "entitlements.index": _("Existing rights to training; they are read and managed, not ordered."),
    "entitlements.edit": _("Say what of an entitlement is used, and until when it lasts."),
    "calendar.index": _(
        "Every clock in one calendar: orders, agreements, codes, packs, exams, reminders, sittings."
    ),
    "my_calendar.index": _(
        "A secret address under which your own calendar program reads all your deadlines."
    ),
    "outlook.index": _(
        "What is expected to lapse unused, in codes and in money, and whom to nudge before it does."
    ),
    "outlook.show": _("One product's unused codes against time, until their last day."),
    "yields.index": _(
        "What exam vouchers led to, team by team: passed exams, certifications, and what was lost."
    ),
    "order_plans.index": _("How many exams people will need, and what was planned before."),
    "order_plans.new": _(
        "Say who is to earn what: see how many to order, by when, and what each month costs."
    ),
    "order_plans.edit": _("Keep a further version of a plan; the earlier ones stay."),
    "order_plans.show": _(
        "A plan as it stands today: what is missing, what it costs, and what happened since."
    ),
    "provider_reports.index": _(
        "The weekly status and score reports of exam providers: what was used is known from them."
    ),
    "provider_reports.upload": _(
        "Take a provider's report in; it is looked at first, and kept encrypted for a day."
    ),
    "provider_reports.check": _(
        "What each row of the report would do. How this provider's files are read is remembered."
    ),
    "provider_reports.show": _("What became of a report, and the rows that told something new."),
    "provider_reports.queue": _(
        "Rows that match no code, person or exam wait here until somebody decides about each."
    ),
    "provider_reports.row": _(
        "What the provider says, and why it does not match. Record it on a code, leave it out, or "
        "note what the provider is asked."
    ),
    "voucher_requests.index": _(
        "Who asks for a voucher, and who waits in line for the next code that comes in."
    ),
    "voucher_requests.show": _("One request: approve it, and a code is reserved, or refuse it."),
    "voucher_requests.limits": _(
        "How many vouchers each person, or each department, may ask for in a year."
    ),
    "my_requests.index": _("The vouchers that you asked for, and how each request stands."),
    "my_requests.ask": _(
        "Ask for a voucher for an exam that you plan; your manager or the licensing admin answers."
    ),
    "my_team.index": _(
        "Your people: what they ask for, and how their codes stand. You never see a code."
    ),
    "my_team.request_page": _("What one of your people asks for: approve or refuse it."),
    "handouts.index": _(
        "What was given to many people at once, and lists that are still being looked at."
    ),
    "handouts.new": _(
        "Paste people, upload a list, or choose them in the directory. Nothing is given before you "
        "have seen what the check says of each row."
    ),
    "handouts.review": _(
        "What the check says of each row, and how many codes there are. Put rows right or leave "
        "them out, say how the codes are given, then go on."
    ),
    "handouts.row": _("One row of the list: put it right, and the check looks at it again."),
    "handouts.letter": _("The mail exactly as the first person of the list would get it."),
    "handouts.give": _("The last page before codes are given: to how many, and by which rule."),
    "handouts.result": _(
        "What became of each row: given, skipped or failed, and why. What failed can be put right "
        "and tried again."
    ),
    "handouts.undo": _("Takes back what is only reserved or can still be called back."),
    "handouts.upload": _("The rows as a workbook to be filled in offline, and taken back."),
    "handouts.compare": _("What the workbook changes, row by row, before it counts."),
    "renewals.index": _("What ends soon, what follows it, and the certificates of what ended."),
    "renewals.show": _("What an agreement's products cost when it is renewed, against then."),
    "renewals.renew": _("Tick what the agreement that follows takes over, then renew."),
    "renewals.undo": _("Takes the agreement that follows away, while nothing is ordered under it."),
    "closings.show": _("What became of all that an agreement bought, to the unit and to the cent."),
    "closings.so_far": _("The same until yesterday, for an agreement that still runs."),
    "closings.sign": _("Your name and the time under the figures; nothing changes them after."),
    "factors.security": _("What opens your account beside the password. Have at least two."),
    "factors.recovery_codes": _(
        "Ten codes on paper for the day when telephone and passkey are lost."
    ),
    "factors.add_authenticator": _(
        "An app on your telephone that shows a new code every 30 seconds."
    ),
    "factors.add_passkey": _("Your device signs instead of you typing; nobody can fish for that."),
    "factors.enrol_authenticator": _(
        "An app on your telephone that shows a new code every 30 seconds."
    ),
    "factors.enrol_passkey": _(
        "Your device signs instead of you typing; nobody can fish for that."
    ),
    "factors.enrol": _("Your role needs a second factor: choose which one you set up first."),
    "factors.second_step": _(
        "Show the second factor that you set up; the password alone opens nothing."
    ),
    "factors.rename": _("Gives a second factor another name."),
    "visits.begin": _(
        "Lets an operator see VLMS as this user for half an hour: "
        "nothing can be changed, no code is shown."
    ),
    "factors.reset": _("Takes away somebody's lost second factors, so that they set up new ones."),
    "factors.remove": _("Takes a second factor away. Sign-ins go on with those that are left."),
    "authentication.find_organisation": _(
        "Finds your organisation's own sign-in by the domain of your address."
    ),
    "authentication.choose_provider": _(
        "Leads to your organisation's own sign-in; its intranet may lead here."
    ),
    "authentication.answer_of_provider": _("What your organisation's sign-in has answered."),
    "authentication.go_to_provider": _("Leads to your organisation's own sign-in."),
    "authentication.prove_by_provider": _("Asks your organisation's sign-in who is there, anew."),
    "sign_in_providers.index": _(
        "Your organisation's own sign-in (OpenID Connect): set up, tested, switched on."
    ),
    "sign_in_providers.edit": _("What your provider and VLMS have to know of each other."),
    "sign_in_providers.turn": _("What changes for your people, before it does."),
    "sign_in_providers.forget": _("Lets the next sign-in bind somebody anew to the provider."),
    "sign_in_providers.overview": _(
        "Every organisation's own sign-in: confirm mail domains, let people in while one is down."
    ),
    "sign_in_providers.confirm_domain": _(
        "Says that a mail domain is this organisation's, so that its sign-in speaks for it."
    ),
    "sign_in_providers.suspend": _("Lets people in by password while their provider is down."),
    "sign_in_providers.resume": _("Takes the exception back."),
}
