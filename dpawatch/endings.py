"""How a command ends when something is wrong: one line, in the form that its options ask for, and an exit status."""

from __future__ import annotations

from typing import Any

import click

from dpawatch.reporting import Reporting

NEEDS_A_PERSON = 1


class Line(click.ClickException):
    "What ended a command, in one line on stderr"

    reporting = Reporting()

    def show(self, _: Any = None) -> None:
        """Tell it in the form that the command's options ask for."""
        self.reporting.tell_error(self.message, self.exit_code)


class Attention(Line):
    "Something outside went wrong, and a person should look"

    exit_code = NEEDS_A_PERSON


class BadInput(Line):
    "What the user gave cannot be used"

    exit_code = 2


class Busy(Line):
    "Another run holds the database's lock; EX_TEMPFAIL of sysexits.h. Cron is told when it is held for too long"

    exit_code = 75

    def __init__(self, message: str, stuck: bool) -> None:
        super().__init__(message)
        self._stuck = stuck

    def show(self, _: Any = None) -> None:
        """Tell it as all others, but cron only when it needs a person."""
        if self._stuck or not self.reporting.cron:
            super().show()


class Interrupted(Line):
    "SIGINT ended the command: 128 and its number, as shells say it"

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted; what was begun is done when the command is started again")

    def show(self, _: Any = None) -> None:
        """Tell it as all others, but not cron: who ended it knows."""
        if not self.reporting.cron:
            super().show()


class Terminated(Interrupted):
    "SIGTERM ended the command"

    exit_code = 143
