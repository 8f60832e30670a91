"""What an error page says: what happened, what to do, and whether it helps to ask somebody."""

from __future__ import annotations

from dataclasses import dataclass

from vlms.core.text import Text, _


@dataclass(frozen=True)
class ErrorWords:
    """`sentence` is what happened, `way_out` what the visitor can do about it."""

    title: Text
    sentence: Text
    way_out: Text
    picture: str = "alert-circle"


WORDS: dict[int, ErrorWords] = {
    400: ErrorWords(
        _("This form is too old"),
        _("The page was open for so long, or in so many windows, that it could not be accepted."),
        _("Go back, load the page again and send it once more."),
        "history",
    ),
    401: ErrorWords(
        _("Your session has ended"),
        _("Nobody did anything here for a while, so you were signed out."),
        _("Sign in again; you come back to this page."),
        "login",
    ),
    403: ErrorWords(
        _("This is not open to you"),
        _("The page exists, but none of your roles here includes it."),
        _("Ask an administrator of the organisation for the role."),
        "lock",
    ),
    404: ErrorWords(
        _("There is nothing here"),
        _("The address names nothing, or something that is not yours to see."),
        _("Check the address, or begin at your home page."),
        "map-pin",
    ),
    405: ErrorWords(
        _("This cannot be done here"),
        _("This address answers another kind of request."),
        _("Go back and use the buttons of the page."),
        "ban",
    ),
    409: ErrorWords(
        _("Somebody was faster"),
        _("What you saw has changed meanwhile, so nothing was done."),
        _("Load the page again to see how things stand."),
        "users",
    ),
    410: ErrorWords(
        _("This is over"),
        _("It was here, and is not any more."),
        _("Go back to the page that led here."),
        "history",
    ),
    413: ErrorWords(
        _("This is too large"),
        _("The file is larger than this installation takes, so nothing was read."),
        _("Send a smaller file, or divide it into several."),
        "file-text",
    ),
    422: ErrorWords(
        _("This cannot be done"),
        _("A rule does not allow it, so nothing was changed."),
        _("Go back and change what you entered."),
        "ban",
    ),
    429: ErrorWords(
        _("Too many tries"),
        _("There were more requests than one person makes, so this one was not answered."),
        _("Wait a few minutes and try again."),
        "hourglass",
    ),
    500: ErrorWords(
        _("Something went wrong on our side"),
        _("It is not your fault, and nothing was changed."),
        _("Please try again. If it happens again, tell us the number below."),
        "alert-triangle",
    ),
    503: ErrorWords(
        _("The system is busy"),
        _("Too much happened at once, and nothing was changed."),
        _("Please try again in a moment."),
        "hourglass",
    ),
}


def words_for(status: int) -> ErrorWords:
    """The words of a status; those of its family where it has none of its own."""
    return WORDS.get(status) or WORDS[500 if status >= 500 else 404]
