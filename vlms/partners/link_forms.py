"""Forms of certification profiles and links."""

from __future__ import annotations

from collections.abc import Collection

from vlms.accounts.rules.mcid import read_mcid
from vlms.core.reading import read_email
from vlms.core.text import _
from vlms.partners.link_words import KIND_WORDS, PART_WORDS
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.linking import BOTH, Part
from vlms.partners.service.profiles import ProfileWish
from vlms.web.forms import ChoiceField, Form, TextField, YesField

_KINDS = [(kind.value, word) for kind, word in KIND_WORDS.items()]
_BOTH = ("both", _("Assessments and exams"))


class ProfileForm(Form):
    mcid = TextField(
        _("MCID"),
        read_mcid,
        _("The number of your certification profile, 5 to 10 digits."),
        render_kw={"inputmode": "numeric"},
    )
    email = TextField(
        _("Its mail address"),
        read_email,
        _("As it stands in the certification profile. A code is sent there."),
        render_kw={"type": "email"},
    )
    kind = ChoiceField(
        _("Opened with"), _KINDS, _("R5: a certification profile needs a personal account.")
    )

    def wish(self) -> ProfileWish:
        return ProfileWish(self.mcid.value, self.email.value, AccountKind(self.kind.value))


class LearningForm(Form):
    kind = ChoiceField(_("Opened with"), _KINDS)
    account = TextField(
        _("Personal account on it"),
        read_email,
        _("The address of the personal account that stands on the learning profile."),
        render_kw={"type": "email"},
    )
    is_linked = YesField(_("It is linked with my certification profile, one to one."))


class UnlinkForm(Form):
    part = ChoiceField(_("Remove"))

    def offer(self, running: Collection[Part]) -> None:
        """The parts that are linked, and both together while both are."""
        both = [_BOTH] if frozenset(running) >= BOTH else []
        self.part.offer(
            [*both, *((part.value, word) for part, word in PART_WORDS.items() if part in running)]
        )

    def parts(self) -> frozenset[Part]:
        return BOTH if self.part.value == "both" else frozenset({Part(self.part.value)})


class LeaverForm(Form):
    mcid = TextField(_("MCID"), read_mcid, render_kw={"inputmode": "numeric"})
    email = TextField(
        _("Its mail address"),
        read_email,
        _("As it stands in the certification profile; a link is sent there."),
        render_kw={"type": "email"},
    )
