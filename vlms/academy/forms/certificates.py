"""Forms about courses, certificates and their design."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from vlms.academy.layout_keys import LAYOUT_WORDS, USUAL_LAYOUT
from vlms.academy.service.courses import CourseFacts
from vlms.academy.service.designs import DesignFacts
from vlms.accounts.models import School
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import _
from vlms.web.forms import ChoiceField, DayField, Form, LongTextField, TextField, YesField
from vlms.web.uploads import UploadField


class CourseForm(Form):
    """A course of the catalogue."""

    code = TextField(_("Course code"), read_text(60))
    title_zh = TextField(_("Title in Chinese"), read_text(200))
    title_en = TextField(_("Title in English"), read_text(200))
    hours = TextField(_("Hours"), optional(read_whole(1, 10_000)), _("May be left empty."))
    school = ChoiceField(_("School"), hint=_("Where the course is held."))

    def offer_schools(self, schools: Iterable[School], *, has_all: bool) -> None:
        """The schools to choose from; `has_all` offers all of them together."""
        every = [("", _("All schools"))] if has_all else []
        self.school.offer([*every, *((str(one.id), one.name) for one in schools)])

    def facts(self) -> CourseFacts:
        school_id = UUID(self.school.value) if self.school.value else None
        return CourseFacts(
            self.code.value,
            self.title_en.value,
            self.title_zh.value,
            self.hours.value,
            school_id,
        )


class OptionalUpload(UploadField):
    """A file that may be left out; `value` is None then."""

    def pre_validate(self, form: object) -> None:
        if self.data and getattr(self.data, "filename", ""):
            super().pre_validate(form)


class DesignForm(Form):
    """How a school's certificates look."""

    layout = ChoiceField(_("Layout"), list(LAYOUT_WORDS.items()), default=USUAL_LAYOUT)
    latin_school_name = TextField(
        _("The school's name in Latin letters"),
        optional(read_text(200)),
        _("Stands below its name. May be left empty."),
    )
    latin_institution_name = TextField(
        _("The institution's name in Latin letters"),
        optional(read_text(200)),
        _("Stands with the institution's name, above the school's. May be left empty."),
    )
    signer_name = TextField(_("Who signs"), optional(read_text(200)))
    signer_title = TextField(_("Title of who signs"), optional(read_text(200)))
    logo = OptionalUpload(_("Logo"), _("PNG or JPEG, at most 2 MB; white or clear behind it."))
    no_logo = YesField(_("Without a logo"))
    signature = OptionalUpload(_("Signature"), _("PNG or JPEG, at most 2 MB."))
    no_signature = YesField(_("Without a signature"))

    def facts(self) -> DesignFacts:
        return DesignFacts(
            self.layout.value,
            self.latin_school_name.value or "",
            self.signer_name.value or "",
            self.signer_title.value or "",
            _sent(self.logo, is_taken_away=bool(self.no_logo.data)),
            _sent(self.signature, is_taken_away=bool(self.no_signature.data)),
            self.latin_institution_name.value or "",
        )


def _sent(field: UploadField, *, is_taken_away: bool) -> bytes | None:
    """The picture that was sent; empty to take the old one away, None to keep it."""
    if is_taken_away:
        return b""
    return field.value[1] if field.value else None


class IssueForm(Form):
    """A class, or people by address or number, who completed a course."""

    course = ChoiceField(_("Course"))
    school = ChoiceField(_("School"))
    school_class = ChoiceField(
        _("Class"), hint=_("All its students of that day. May be left empty.")
    )
    people = LongTextField(
        _("People"),
        20_000,
        _("One e-mail address or number a line, beside or instead of the class."),
    )
    completed_on = DayField(_("Completed on"), read_day)


class RevokeForm(Form):
    """Why a certificate is void."""

    reason = LongTextField(_("Why it is revoked"), 500, _("The journal keeps it."))
