"""`python -m dpawatch` is the command `dpawatch`."""

from dpawatch.cli import main

main()
