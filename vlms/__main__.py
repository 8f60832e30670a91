"""`python -m vlms` is the `vlms` command."""

from vlms.cli import main

main()
