"""Pure rules of agreements: which terms can be, which contact answers for a topic."""
