"""Form of a partner's location."""

from __future__ import annotations

from vlms.core.reading import read_country, read_text
from vlms.core.text import _
from vlms.partners.models.locations import PartnerLocation
from vlms.partners.rules.locations import LocationFacts, read_mpn_id
from vlms.web.forms import Form, TextField, YesField


class LocationForm(Form):
    """A place with an MPN id of its own."""

    mpn_id = TextField(_("MPN id"), read_mpn_id, _("As the programme shows it, as 4100001."))
    name = TextField(_("Name of the location"), read_text(200))
    city = TextField(_("City"), read_text(120))
    country = TextField(_("Country"), read_country, _("Two letters, as TW or US."))
    is_headquarters = YesField(
        _("Headquarters"), _("There is one; naming another here takes its place.")
    )

    def facts(self) -> LocationFacts:
        return LocationFacts(
            self.mpn_id.value,
            self.name.value,
            self.city.value,
            self.country.value,
            bool(self.is_headquarters.data),
        )


def shown_location(location: PartnerLocation) -> dict[str, object]:
    """What the form shows of a location."""
    names = ("mpn_id", "name", "city", "country", "is_headquarters")
    return {name: getattr(location, name) for name in names}
