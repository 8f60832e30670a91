"""The words of the pages about MCIDs and links, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

LINKS: dict[str, Text] = {
    "my_links.index": _(
        "Your MCID, what must hold of it, and the organisation for which it counts."
    ),
    "my_links.enter_profile": _("Show that an MCID is yours, by a code that its address is sent."),
    "my_links.enter_code": _("The code of the mail to your MCID's address, and another one."),
    "my_links.learning": _("What stands on your learning profile, for the list of what must hold."),
    "my_links.merged": _("Tells that certification support has merged your two profiles."),
    "my_links.confirm_link": _("What linking your MCID ends and leaves, before it is done."),
    "my_links.remove": _("Removes your link, or its assessments or exams alone."),
    "links.index": _("Who is linked with this organisation, who is not yet, and tasks of leavers."),
    "links.finish": _("Ends the link of somebody who has left and asked for it."),
    "leavers.ask": _("For who has left, cannot sign in, and wants the MCID unlinked."),
    "leavers.confirm": _("Tells the organisation that its link is to end."),
}
