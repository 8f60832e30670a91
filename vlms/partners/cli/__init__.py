"""Commands about partner organisations."""
