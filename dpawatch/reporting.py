"""How a command tells what it does: to people, to programs, or to cron, which mails every line that it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dpawatch.logs import Form, log_to_stderr, write_event

if TYPE_CHECKING:
    from dpawatch.progress import Progress
    from dpawatch.run import Run

Command = TypeVar("Command", bound=Callable[..., Any])
_KEY = "dpawatch.reporting"


@dataclass(frozen=True, slots=True)
class Reporting:
    """The form of messages; `cron` is told only what a person is newly needed for."""

    form: Form = "human"
    cron: bool = False

    @classmethod
    def of(cls, context: click.Context) -> Reporting:
        """Return what the options of a command say, as far as they were read."""
        found: Reporting = context.meta.get(_KEY, cls())
        return found

    def choose_progress(self) -> Progress:
        """Return what shows the progress of a run."""
        from dpawatch.progress import AsEvents, OnStderr, Silent

        return Silent() if self.cron else AsEvents() if self.form == "json" else OnStderr()

    def tell_summary(self, run: Run) -> None:
        """Tell what was counted: people on stdout, programs on stderr."""
        from dpawatch.summary import format_summary

        summary = format_summary(run.counts, run.seconds, run.bytes)
        if self.cron:
            return
        if self.form == "human":
            click.echo(summary)
            return
        figures = {"outcome": "stopped" if run.stopped else "done", "seconds": run.seconds, "timings": run.timings}
        write_event("info", "summary", summary, {**figures, "database_bytes": run.bytes, **run.counts})

    def tell_needs(self, needs: Sequence[str]) -> None:
        """Tell what a person is needed for."""
        for need in needs:
            if self.form == "json":
                write_event("warning", "need", need, {})
            else:
                click.echo(f"needs a person: {need}", err=True)

    def tell_warning(self, message: str) -> None:
        """Tell what went wrong and does not matter to what was asked for."""
        if self.cron:
            return
        if self.form == "json":
            write_event("warning", "warning", message, {})
        else:
            click.echo(f"Warning: {message}", err=True)

    def tell_error(self, message: str, status: int) -> None:
        """Tell what ended the command, and with which exit status."""
        if self.form == "json":
            write_event("error", "error", message, {"status": status})
        else:
            click.echo(f"Error: {message}", err=True)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:
    if not context.resilient_parsing:
        field = "form" if option.name == "log_format" else "cron"
        reporting = context.meta[_KEY] = replace(Reporting.of(context), **{field: value})
        log_to_stderr(reporting.form, reporting.cron)
    return value


log_format_option = click.option(
    "--log-format",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    envvar="DPAWATCH_LOG_FORMAT",
    show_envvar=True,
    expose_value=False,
    is_eager=True,
    callback=_remember,
    help="Lines for people, or JSON objects on stderr: progress, warnings, errors and the summary.",
)
cron_option = click.option(
    "--cron",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remember,
    help="Print only what a person is newly needed for, and each such thing once: cron mails what is printed.",
)
