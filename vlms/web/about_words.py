"""The words of every page, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.web.about_academy_words import ACADEMY, NO_ACADEMY_PAGES
from vlms.web.about_competency_words import COMPETENCIES, NO_COMPETENCY_PAGES
from vlms.web.about_link_words import LINKS
from vlms.web.about_money_words import MONEY, NO_MONEY_PAGES
from vlms.web.about_partner_words import PARTNER
from vlms.web.about_people_words import NO_PEOPLE_PAGES, PEOPLE
from vlms.web.about_skill_words import NO_SKILL_PAGES, SKILL_REPORTS

# Answers that are no pages: files, addresses that lead on, what machines ask.
NO_PAGES = (
    frozenset(
        {
            "agreements.download",
            "codes.bulk_results",
            "codes.download",
            "insights.agreement_deadlines",
            "insights.healthz",
            "insights.order_deadlines",
            "insights.own_deadlines",
            "insights.own_start",
            "insights.start",
            "insights.workspace_deadlines",
            "jobs.download",
            "jobs.failed_rows",
            "journal.download",
            "journal.script",
            "my_codes.calendar",
            "orders.download",
            "orders.download_lines",
            "orders.order_form",
            "people.download",
            "static",
            "stock.bad",
        }
    )
    | NO_ACADEMY_PAGES
    | NO_COMPETENCY_PAGES
    | NO_MONEY_PAGES
    | NO_PEOPLE_PAGES
    | NO_SKILL_PAGES
)

_ACCOUNTS: dict[str, Text] = {
    "accounts.account": _("Your name, language and time zone, as every page uses them for you."),
    "accounts.password": _("Choose another password. Your other sessions end when you do."),
    "accounts.sign_in": _(
        "Sign in with the address to which your invitation was sent. Whoever holds a code signs "
        "in here too."
    ),
    "accounts.forgotten": _("Ask for a link with which you choose a new password."),
    "accounts.welcome": _("Choose a password for the account that you were invited to."),
    "authentication.device_code": _(
        "Enter the code of the mail; you use this device for the first time."
    ),
    "authentication.sessions": _(
        "Every browser in which you are signed in. End what you do not know."
    ),
    "authentication.prove": _(
        "Show again that it is you: some pages ask for a proof of the last five minutes."
    ),
    "people.address": _(
        "Correct where a person's mail goes. Codes stay where they are; links can be sent again."
    ),
    "people.edit": _("What is known about a person. Codes that were assigned do not change."),
    "people.index": _(
        "Everyone to whom this organisation may give a code: employees, students, faculty."
    ),
    "people.leave": _("Mark that somebody has left. What is bound to them stays with them."),
    "people.take_back": _("Take somebody back who was marked as having left."),
    "people.new": _("Enter somebody to whom a code can be given. No account is needed for that."),
    "people.show": _("One person, the codes that were given to them, and what was changed."),
    "organisations.edit": _("The name, country and time zone of an organisation."),
    "organisations.index": _("Every customer, institution and reseller that works here."),
    "organisations.new": _("Enter an organisation; then invite somebody who looks after it."),
    "organisations.new_school": _("Add a school to an institution, so that packs can name it."),
    "organisations.show": _("One organisation: its schools, its people's roles and its history."),
    "roles.index": _(
        "Who may do what here, and in which agreements. Keep two licensing admins, so that one "
        "can stand in for the other."
    ),
    "roles.end": _("End what somebody may do here. What they did stays in the journal."),
    "roles.narrow": _("Limit a coordinator or teacher of the whole institution to some schools."),
    "roles.withdraw": _("Take an invitation back before its password is set."),
    "roles.new": _("Invite somebody by mail and choose what they may do."),
    "settings.edit": _("How this organisation is called, and the zone in which its days count."),
    "settings.index": _("What applies to the whole organisation: its name, limit and schools."),
    "settings.limits": _("Above this amount an order needs another admin's approval."),
    "settings.new_school": _("Add a school of your institution."),
    "settings.school": _("The name and the exam site number of a school."),
}

_LICENSING: dict[str, Text] = {
    "agreements.contacts": _(
        "Who gets messages about orders, and who answers questions on which topic."
    ),
    "agreements.create": _(
        "Enter an agreement that was signed; orders can then be placed under it."
    ),
    "agreements.delete": _(
        "An agreement that was entered by mistake goes, as long as nothing hangs on it."
    ),
    "agreements.dry_run": _("What the file would change. Nothing is written until you say so."),
    "agreements.edit": _("The terms of an agreement. Orders that were placed keep theirs."),
    "agreements.import_file": _("Enter many agreements at once from a spreadsheet."),
    "agreements.index": _(
        "Agreements fix term, currency and price level. Every order is placed under one of them."
    ),
    "agreements.withdraw_reseller_change": _(
        "The agreement stays with its reseller; the change that was planned does not happen."
    ),
    "agreements.change_reseller": _(
        "Gives the agreement to another reseller from a day on; who sees what changes with it."
    ),
    "agreements.schools": _("Which schools of the institution the agreement covers."),
    "agreements.show": _("One agreement: its term, price level, contacts and history."),
    "orders.approve": _("An order above the limit waits for a second admin: you."),
    "orders.cancel": _("Ends an order for which nothing was delivered. It stays in the list."),
    "orders.consent": _(
        "A newer price list makes the order dearer. You agree, or it is not invoiced."
    ),
    "orders.decline_consent": _("Keeps the order at its price. The reseller is told your reason."),
    "orders.decline": _("Sends an order back to whoever wanted to place it, with your reason."),
    "orders.deliver": _("Hands over the codes of a line, from stock or newly made."),
    "orders.edit": _(
        "A draft can be changed freely; the price beside it is counted anew with every change."
    ),
    "orders.index": _(
        "Every order with its state and what it costs. Its codes come when it is fulfilled."
    ),
    "orders.journal": _("Who changed what in this order, and when. Nothing is ever taken away."),
    "orders.new": _("Begin a draft under an agreement. It costs nothing until it is placed."),
    "orders.place": _("Placing makes the order binding at the price shown."),
    "orders.record": _(
        "Record what the publisher did with the order; its clock goes on from there."
    ),
    "customers.codes": _("Counts and last characters of an order's codes, for a dispute."),
    "customers.index": _("Whose agreements name you as reseller, and what runs for each."),
    "customers.show": _("One customer: its agreements, on which days they are yours, its orders."),
    "deadlines.index": _(
        "What waits of your customers' orders, late ones first. Record here what the publisher did."
    ),
    "deadlines.message": _("A message about what is due, ready to copy or to mail."),
    "orders.show": _("One order: where it stands, what it costs and why, its codes and papers."),
    "codes.assign": _("Gives a code to a person for good. Reserve instead while you are not sure."),
    "codes.correct_cost_centre": _("Names another cost centre for a code that is given already."),
    "codes.batch": _("The codes that came with one delivery, and what became of them."),
    "codes.bulk": _("Shows for each code whether the step is possible, before anything is done."),
    "codes.bulk_done": _("What became of each code after a step on several."),
    "codes.call_back": _("Takes back an assignment whose mail has not left yet."),
    "codes.change": _("Gives a reserved code to another person. No code was shown to anybody yet."),
    "codes.counts": _("How many codes of each product are in which state. Each number is a link."),
    "disclosures.approve": _("Somebody wants to take out many codes; a second admin decides: you."),
    "disclosures.decline": _("No file is made; whoever asked is told your reason."),
    "disclosures.export": _(
        "Writes codes out in full. That is recorded with your name and reason."
    ),
    "disclosures.file": _("Gives the file once, in the session that asked for it."),
    "disclosures.index": _("Who has taken codes out, when, how many and for what."),
    "disclosures.show": _("One export: who asked and decided, its file, what is left of it."),
    "disclosures.void": _("Makes void what is nobody's still of codes that have left."),
    "disclosures.reveal": _(
        "Shows one code that is nobody's yet, for a minute. That is recorded with your name."
    ),
    "codes.index": _(
        "Every code of your orders: free, reserved, given to a person, used, expired."
    ),
    "codes.release": _("Makes a reserved code free again."),
    "codes.reserve": _("Plan who gets a code: paste rows or take a file. It can still be changed."),
    "codes.reserve_one": _("Plan who gets this code. It can still be changed."),
    "codes.show": _("One code: its state, its last day, its holder, and what can be done with it."),
    "codes.void": _("Ends a code that is defective. It cannot be used any more."),
    "desk.cancel": _("Cancels an appointment. In time the code stays good; late it is forfeited."),
    "desk.index": _("Type or scan a code: you see at once whether it is good for the exam."),
    "desk.move": _("Moves an appointment to another time, while the rules still allow it."),
    "desk.outcome": _("Records what became of an appointment: taken, missed, cancelled."),
    "desk.register": _("Makes an appointment for an exam with this code."),
    "desk.replace": _("Gives the holder of a defective code another one."),
    "desk.show": _("One code as the exam desk sees it, and what can be done with it."),
}

_HOLDERS: dict[str, Text] = {
    "claim.show": _("Somebody gave you a code. Accept it here, and it stays in “My codes”."),
    "slip.show": _("Set up your sign-in: choose a password, and sign in with your number."),
    "slips.index": _(
        "Slips for people without e-mail: tick who needs one, print the sheet, hand them out."
    ),
    "delivery.show": _("The codes of an order have come; this page leads to them."),
    "my_codes.activate": _("Opens your library. From that day its time runs."),
    "my_codes.cancel": _("Gives up an appointment. Until the day shown your code stays good."),
    "my_codes.index": _("Each code that was given to you: what it is good for, and until when."),
    "my_codes.move": _("Moves your appointment, while the rules still allow it."),
    "my_codes.register": _("Tell us when and where you have booked your exam."),
    "my_codes.show": _("Your code, how to book with it, by when, and what became of it."),
}

_TROUBLE: dict[str, Text] = {
    "requests.index": _("What holders of codes have asked. Whoever answers closes the request."),
    "requests.show": _("One question about a code, what is known about the code, and the answer."),
    "results.state": _("Tell how your exam went; you then see when it may be taken again."),
    "trouble.ask": _("Sends your question to the contact who answers questions about this code."),
    "trouble.link_again": _("Sends the link to your code once more, to the address it was for."),
    "trouble.own": _("Why one of your codes does not work, and what you can do about it."),
    "trouble.show": _("Type the code that does not work. Its holder is told why, nobody else."),
}

_SUPPLY: dict[str, Text] = {
    "catalog.dry_run": _("What the price list would change. Nothing is written until you say so."),
    "catalog.edit": _("A product: its names, what it is good for, and when it is sold."),
    "catalog.exams": _("The exams that codes are good for, and the last day of each."),
    "catalog.holidays": _("Days on which nobody works. Deadlines in business days leave them out."),
    "catalog.import_file": _("Take in a new price list from a spreadsheet."),
    "catalog.index": _(
        "What can be ordered: exam vouchers, packs and libraries, with their prices."
    ),
    "catalog.price_list": _(
        "The prices that one list brought. Later lists do not change old orders."
    ),
    "catalog.price_lists": _("Every price list that was taken in, the newest first."),
    "catalog.product": _("One product: what it is good for, its terms, prices and discounts."),
    "stock.check": _("What the file holds, row by row, before its codes are taken in."),
    "stock.index": _("Codes of exam providers that wait to be delivered, and where they run low."),
    "stock.product": _("The stock of one product: what came, what left, what is still there."),
    "stock.upload": _("Take in a list of codes from an exam provider."),
}

_AROUND: dict[str, Text] = {
    "appearance.design_system": _("Every part that pages are made of, in all its states."),
    "finding.search": _("Finds a code, person, order or agreement by its number or name."),
    "finding.search_own": _("Finds one of your own codes: typed whole, or by its last characters."),
    "help.contacts": _("Who answers which questions, also when you have not signed in."),
    "help.resources": _("Guides, data sheets and tools elsewhere that go with your codes."),
    "help.workspace_contacts": _(
        "Who answers which questions under your agreements. Messages that refuse something name "
        "the same people."
    ),
    "insights.charts": _("Codes, spending and use over time, as drawings and as tables."),
    "insights.places": _(
        "You work for several organisations: choose one. You can change any time."
    ),
    "insights.rules": _("The rules by which this system decides. Messages name them by number."),
    "insights.workspace": _("What needs you today, and how things stand. Each number is a link."),
    "jobs.cancel": _("Stops a long piece of work. What it has done so far is told before."),
    "jobs.index": _("Long work that runs beside the pages: issuing, importing, exporting."),
    "jobs.show": _("How far one piece of work is. You may leave this page and come back."),
    "journal.index": _(
        "Who changed what, when and why, on every record; and what proves that nobody changed that."
    ),
    "keys.index": _("How old each key is that seals codes, and what is to be done about it."),
    "keys.rotate": _("Gives an organisation a new key for its codes. Nobody has to wait for it."),
    "keys.rotate_stock": _("Gives the stock a new key for its codes. Nobody has to wait for it."),
    "keys.shred": _("Makes the codes of an organisation that has left unreadable for good."),
    "messages.index": _("Every mail that the system wrote, and whether it has left."),
    "messages.resend": _("Send a message again, to the address that is known now."),
    "messages.show": _("One mail as it was written, and what became of it."),
    "saved_views.index": _("Lists as you have narrowed and sorted them, kept under a name."),
    "saved_views.rename": _("Gives a saved view another name."),
}

_OWN = _ACCOUNTS | _LICENSING | _HOLDERS | _TROUBLE | _SUPPLY | _AROUND
ABOUT = _OWN | ACADEMY | COMPETENCIES | MONEY | PARTNER | PEOPLE
ABOUT |= LINKS | SKILL_REPORTS
