"""Small programs for who develops VLMS; nothing of the product imports them."""
