"""How each state looks: colour, picture and (from its own part) a word, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flask import Flask


@dataclass(frozen=True)
class Look:
    """A colour of the badges and an icon of the sprite; neither stands without the word."""

    colour: str
    picture: str


OTHER = Look("secondary", "circle-dashed")

LOOKS: dict[str, dict[str, Look]] = {
    "order": {
        "draft": Look("secondary", "pencil"),
        "awaiting_approval": Look("orange", "hourglass"),
        "placed": Look("azure", "shopping-cart"),
        "processed": Look("azure", "refresh"),
        "acknowledged": Look("blue", "check"),
        "invoiced": Look("blue", "file-invoice"),
        "fulfilled": Look("green", "package"),
        "closed": Look("green", "circle-check"),
        "cancelled": Look("secondary", "circle-x"),
    },
    "code": {
        "available": Look("green", "circle-check"),
        "reserved": Look("azure", "hourglass"),
        "assigned": Look("blue", "user"),
        "registered": Look("purple", "calendar"),
        "used": Look("secondary", "check"),
        "activated": Look("secondary", "lock-open"),
        "forfeited": Look("orange", "ban"),
        "expired": Look("red", "clock"),
        "void": Look("secondary", "circle-x"),
    },
    "agreement": {
        "coming": Look("blue", "calendar"),
        "running": Look("green", "circle-check"),
        "ended": Look("secondary", "calendar-off"),
    },
    "sitting": {
        "scheduled": Look("azure", "calendar"),
        "closed": Look("green", "circle-check"),
        "cancelled": Look("secondary", "circle-x"),
    },
    "seat": {
        "reserved": Look("azure", "hourglass"),
        "started": Look("green", "check"),
        "no_show": Look("orange", "ban"),
        "cancelled": Look("secondary", "circle-x"),
        "reversed": Look("secondary", "refresh"),
    },
    "seat_outcome": {
        "coming": Look("azure", "hourglass"),
        "awaited": Look("azure", "hourglass"),
        "passed": Look("green", "circle-check"),
        "failed": Look("red", "circle-x"),
        "no_show": Look("orange", "ban"),
        "cancelled": Look("secondary", "circle-x"),
        "reversed": Look("secondary", "refresh"),
    },
    "invoice": {
        "draft": Look("secondary", "pencil"),
        "posted": Look("green", "circle-check"),
        "void": Look("orange", "ban"),
    },
    "membership": {
        "active": Look("green", "circle-check"),
        "window_open": Look("orange", "refresh"),
        "reopened": Look("orange", "lock-open"),
        "lapsed": Look("red", "calendar-off"),
    },
    "membership_order": {
        "placed": Look("azure", "hourglass"),
        "paid": Look("green", "circle-check"),
        "lapsed": Look("red", "clock"),
        "withdrawn": Look("secondary", "circle-x"),
    },
    "job": {
        "waiting": Look("secondary", "hourglass"),
        "running": Look("blue", "refresh"),
        "done": Look("green", "circle-check"),
        "failed": Look("red", "alert-triangle"),
        "cancelled": Look("secondary", "circle-x"),
    },
    "message": {
        "waiting": Look("secondary", "hourglass"),
        "sent": Look("green", "mail-check"),
        "dead": Look("red", "alert-triangle"),
    },
    "invitation": {
        "signed_in": Look("green", "circle-check"),
        "invited": Look("azure", "hourglass"),
        "bounced": Look("red", "alert-triangle"),
        "over": Look("orange", "clock"),
        "not_invited": Look("secondary", "circle-dashed"),
        "no_address": Look("secondary", "mail"),
        "left": Look("secondary", "user-off"),
    },
    "link": {
        "pending": Look("azure", "hourglass"),
        "overdue": Look("orange", "alert-triangle"),
        "counted": Look("green", "circle-check"),
    },
    "benefit_request": {
        "asked": Look("orange", "hourglass"),
        "granted": Look("green", "circle-check"),
        "refused": Look("red", "circle-x"),
    },
    "certificate": {
        "valid": Look("green", "circle-check"),
        "revoked": Look("red", "circle-x"),
    },
    "certification": {
        "valid": Look("green", "circle-check"),
        "window_open": Look("blue", "refresh"),
        "due": Look("orange", "alert-triangle"),
        "lapsed": Look("red", "circle-x"),
        "never_expires": Look("green", "license"),
    },
    "competency": {
        "initiated": Look("secondary", "circle-dashed"),
        "qualified": Look("blue", "check"),
        "active": Look("green", "circle-check"),
        "at_risk": Look("orange", "alert-triangle"),
        "grace": Look("orange", "hourglass"),
        "lost": Look("red", "circle-x"),
    },
    "change": {
        "new": Look("green", "plus"),
        "changed": Look("blue", "pencil"),
        "same": Look("secondary", "check"),
        "wrong": Look("red", "alert-triangle"),
    },
    "standing": {
        "good": Look("green", "circle-check"),
        "new": Look("green", "user-plus"),
        "wrong": Look("red", "alert-circle"),
        "unknown": Look("red", "user-off"),
        "left": Look("red", "user-off"),
        "double": Look("orange", "list"),
        "holds": Look("orange", "ticket"),
    },
    "outcome": {
        "given": Look("green", "circle-check"),
        "skipped": Look("orange", "ban"),
        "failed": Look("red", "alert-circle"),
        "undone": Look("secondary", "arrow-back-up"),
    },
}


def look_of(kind: str, state: Enum | str) -> Look:
    """The look of a state; a plain grey one where the table has none."""
    value = state.value if isinstance(state, Enum) else state
    return LOOKS[kind].get(str(value), OTHER)


def install(app: Flask) -> None:
    app.jinja_env.globals.update(look_of=look_of, LOOKS=LOOKS)
