"""Forms of the catalogue."""

from __future__ import annotations

from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from vlms.catalog.models import CodeSource, Product
from vlms.catalog.service.products import MOST_STOCK, ProductTerms
from vlms.catalog.words import SOURCE_WORDS
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import _
from vlms.web.forms import ChoiceField, DayField, Form, TextField, YesField
from vlms.web.place_fields import CountryField
from vlms.web.uploads import UploadField


class PriceFileForm(Form):
    """A price list to be looked at before it counts."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))
    name = TextField(
        _("Name of the price list"),
        optional(read_text(200)),
        _("The file's name when empty."),
    )
    is_sample = YesField(_("These prices are a sample, not real ones"))

    def remark(self) -> str:
        """What is kept beside the file: sample or not, and the list's name."""
        filename = self.file.value[0] if self.file.value else ""
        name = self.name.value or filename.rsplit(".", 1)[0] or "prices"
        return ("sample:" if self.is_sample.data else "real:") + name


class ConfirmForm(Form):
    """A button that does its work once."""


class ProductForm(Form):
    """What the operator decides about a product."""

    is_orderable = YesField(_("It can be ordered"))
    last_sale_on = DayField(_("Last sale day"), optional(read_day), _("Empty: no end is known."))
    code_source = ChoiceField(
        _("Its codes come from"),
        choices=[SelectChoice(key.value, word) for key, word in SOURCE_WORDS.items()],
    )
    lives_to_agreement_end = YesField(
        _("Its codes live to the agreement's end, whatever the line's charge end (C5)")
    )
    low_stock_count = TextField(_("Warn when the stock falls below"), read_whole(0, MOST_STOCK))
    publisher_name = TextField(
        _("Publisher"),
        optional(read_text(120)),
        _("As reconciliation files name it; orders from now on are charged with it."),
    )
    publisher_number = TextField(_("Publisher's number"), optional(read_text(60)))

    @classmethod
    def showing(cls, product: Product) -> ProductForm:
        """The form with what holds now."""
        return cls(
            is_orderable=product.is_orderable,
            last_sale_on=product.last_sale_on.isoformat() if product.last_sale_on else "",
            code_source=product.code_source.value,
            lives_to_agreement_end=product.lives_to_agreement_end,
            low_stock_count=str(product.low_stock_count),
            publisher_name=product.publisher_name or "",
            publisher_number=product.publisher_number or "",
        )

    def terms(self) -> ProductTerms:
        return ProductTerms(
            is_orderable=bool(self.is_orderable.data),
            last_sale_on=self.last_sale_on.value,
            code_source=CodeSource(self.code_source.value),
            lives_to_agreement_end=bool(self.lives_to_agreement_end.data),
            low_stock_count=self.low_stock_count.value,
            publisher_name=self.publisher_name.value,
            publisher_number=self.publisher_number.value,
        )


class HolidayForm(Form):
    """A day that is no business day in a country (O4)."""

    country = CountryField()
    day = DayField(_("Day"), read_day)
    name = TextField(_("Name"), read_text(200))

    def validate_day(self, field: DayField) -> None:
        if field.value is not None and not 2000 <= field.value.year <= 2100:
            raise ValidationError(str(_("Choose a year from 2000 to 2100.")))


class FillForm(Form):
    """The public holidays of a country and year, as they are known."""

    country = CountryField()
    year = TextField(_("Year"), read_whole(2000, 2100))
