"""The words of the pages of schools, packs and reports, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_ACADEMY_PAGES = frozenset(
    {
        "academy_reports.download_lapsing",
        "academy_reports.download_term",
        "academy_reports.download_use",
        "certificates.badge",
        "certificates.paper",
        "certificates.papers",
        "certificates.sample",
        "my_certificates.badge",
        "my_certificates.paper",
        "verification.certificate",
        "verification.key",
        "verification.keys",
        "verification.revocations",
        "certifications.download",
        "team_certifications.download",
        "packs.download",
        "my_exams.calendar",
        "sittings.calendar",
        "sittings.session_sheet",
    }
)

_REPORTS: dict[str, Text] = {
    "academy_reports.confirm_rollover": _(
        "What moves to the next term and which classes end. Nothing happens until you say so."
    ),
    "academy_reports.rollover": _(
        "At the end of a term: what is free of its quotas goes to the next one, its classes end."
    ),
    "academy_reports.index": _(
        "What became of the exams of your packs: by school, class, exam family or month."
    ),
    "academy_reports.lapsing": _(
        "What will be left of each pack and quota if exams go on as until now, and how that was "
        "reckoned."
    ),
    "academy_reports.term": _(
        "The figures of a term for a subsidy file: the same on this page, in Excel and as PDF."
    ),
}

_PACKS: dict[str, Text] = {
    "packs.ask": _("Ask the licensing admin for more of a pack, for your school."),
    "packs.give": _("Give a school a part of the pack, for a term or as long as the pack lasts."),
    "packs.give_asked": _("Answer a school that asked for more: give it some."),
    "packs.index": _(
        "Site packs and grants: how many exams each has, who holds them, and when they lapse."
    ),
    "packs.ledger": _("Everything that changed the counts of a pack; nothing in it is changed."),
    "packs.move": _("Move what is free of a quota to another school or term of the same pack."),
    "packs.recall": _("Take back what is free of a quota. What is reserved or used stays."),
    "packs.refuse": _("Answer a school that asked for more: give nothing, and say why."),
    "packs.show": _("One pack: its exams, the quotas of the schools, and what became of them."),
    "packs.tell_again": _("Send the message about a pack again, to whoever is the contact now."),
    "sites.check": _("Tick the technical requirements that a site meets; your name is kept."),
    "sites.close": _("Take a site out of use. What was delivered there stays."),
    "sites.edit": _("The name, school and testing-center number of a site."),
    "sites.index": _("The places at which exams are delivered, and whether their gate is open."),
    "sites.new": _("Enter a place at which exams are delivered."),
    "sites.reopen": _("Use a closed site again."),
    "sites.show": _("One site: what its gate asks, what is missing, and who ticked what."),
    "sittings.add": _("Give more people a seat: of a class, or whom you find by name or number."),
    "sittings.cancel": _("Give all seats of a sitting back, with the reason."),
    "sittings.candidates": _("How the test provider knows each candidate, and who consented."),
    "sittings.choose_school": _("Days, classes and quotas are a school's: choose which one's."),
    "sittings.index": _(
        "Exams at one place and moment, for one person or a class; what was started and what waits."
    ),
    "sittings.move": _("Hold the sitting on another day, at another time or site."),
    "sittings.plan": _("Give a class or some people their seats; the exams are reserved at once."),
    "sittings.results_table": _("What the score reports of the test provider say, all in a table."),
    "sittings.reverse": _("Take back the start of an exam that was a mistake, within a few days."),
    "sittings.show": _("One sitting: who sits it, what is missing, and the buttons of the day."),
    "sittings.staff": _("In which room, who proctors, and who stands in."),
}

_SCHOOLS: dict[str, Text] = {
    "schools.index": _(
        "Your schools: how many students, faculty and staff each has, and the classes that "
        "rosters brought."
    ),
    "schools.show_class": _(
        "Who is in a class, and who of them may sit an exam of a site pack today."
    ),
    "schools.terms": _("Semesters and school years as rosters tell them."),
    "schools.imports": _("The last rosters that changed something, and what they changed."),
    "schools.import_file": _(
        "Bring schools, terms, classes and people from the school's own system."
    ),
    "schools.example": _("A list of people to fill in, with the columns that an import knows."),
    "schools.dry_run": _("What a roster would change, and every line that is wrong."),
}

_IMAGINE: dict[str, Text] = {
    "benefits.index": _(
        "Each academic purchase or renewal brings a grant: 30 exam vouchers and other benefits. "
        "See what is used and what lapses."
    ),
    "benefits.show": _("One grant: its vouchers and benefits, who has them, and until when."),
    "benefits.take": _(
        "Open content for a member of faculty or staff, or ask for a discount in their name."
    ),
    "benefits.request_page": _("What was asked for whom, and what the programme answered."),
    "courses.index": _("The courses whose completion your institution certifies."),
    "courses.new": _("Enter a course; both titles stand on its certificates."),
    "courses.edit": _("Correct a course. Certificates that were issued keep their words."),
    "courses.end": _("Take a course from the catalogue. Its certificates stay valid."),
    "certificates.index": _("Who completed which course, as your institution certified it."),
    "certificates.show": _("One certificate: what it says, its public page and its papers."),
    "certificates.issue": _("Certify a whole class, or people by name, for one course and day."),
    "certificates.revoke": _("Declare a certificate void. Whoever scans it is told so."),
    "certificates.design": _("The layout, logo and signature of a school's new certificates."),
    "my_exams.index": _(
        "Exams that your school has scheduled for you, their results, and the next retake."
    ),
    "certifications.index": _(
        "Who is certified for what, what ends next, by state, team and month."
    ),
    "certifications.import_dry_run": _(
        "What each row of the file would enter. Nothing is written before you say so."
    ),
    "certifications.import_file": _(
        "Many passed exams and certifications from a file, also from the training export."
    ),
    "certifications.new": _("Enter an exam that somebody passed, or what they earned by exams."),
    "certifications.take_back": _("Takes back a certification that was entered wrongly."),
    "certifications.take_back_attempt": _("Takes back a renewal result that was stated wrongly."),
    "certifications.take_back_pass": _("Takes back a passed exam that was entered wrongly."),
    "my_certifications.take_back_own": _("Takes back a renewal result that you stated wrongly."),
    "certifications.transcript": _("All that a person has passed and holds, and known from where."),
    "certifications.show": _(
        "One person's certification: how it stands, which assessments were taken."
    ),
    "team_certifications.index": _(
        "What your people are certified for, how it stands, and what ends next."
    ),
    "my_certifications.show": _(
        "One certification: the days that are left, where it is renewed, and how your tries went."
    ),
    "my_certifications.index": _(
        "What you are certified for, how long it lasts, and when it can be renewed."
    ),
    "my_certificates.index": _("Courses that you completed: papers to print, badges to share."),
}

ACADEMY = {**_IMAGINE, **_SCHOOLS, **_REPORTS, **_PACKS}
