"""`python -m commerce` is the command `commerce`."""

from commerce.cli import main

main()
