"""Changes the catalogue: loads it, imports prices, keeps products and holidays."""
