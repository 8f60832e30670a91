"""Pure rules of the catalogue: what a row of a price list says, and which rows clash."""
