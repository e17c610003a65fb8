"""The status as numbers, in the text format that Prometheus reads; docs/metrics.md is made of the table here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from db.values import parse_time
from dpawatch.status import Status

# the values of a metric's labels, and its number; None is not told
Sample = tuple[tuple[str, ...], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One gauge: its name without the prefix, what it means, how it is read off a status, and its labels."""

    name: str
    meaning: str
    read: Callable[[Status], Iterable[Sample]]
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Return the name under which it is told."""
        return f"dpawatch_{self.name}"


def _one(read: Callable[[Status], float | None]) -> Callable[[Status], Iterable[Sample]]:
    return lambda status: [((), read(status))]


def _by(read: Callable[[Status], dict[str, int]]) -> Callable[[Status], Iterable[Sample]]:
    return lambda status: [((key,), number) for key, number in read(status).items()]


def _seconds(time: str | None) -> float | None:
    return parse_time(time).timestamp() if time else None


def _of_last_run(read: Callable[[dict[str, Any]], float | None]) -> Callable[[Status], Iterable[Sample]]:
    return lambda status: [((), read(run)) for run in status.runs[:1]]


METRICS: tuple[Metric, ...] = (
    Metric("info", "1; its labels say which program and which pipeline.",
           lambda s: [((version("dpawatch"), "+".join(s.upkeep["pipeline"])), 1)], ("version", "pipeline")),
    Metric("needs", "How many things a person should look at.", _one(lambda s: len(s.needs))),
    Metric("sources", "Sources by state, as `dpawatch status` names it.", _by(Status.count_states), ("state",)),
    Metric("articles", "Articles stored.", _one(lambda s: s.totals["articles"])),
    Metric("cases", "Cases known.", _one(lambda s: s.totals["cases"])),
    Metric("companies", "Companies known.", _one(lambda s: s.totals["companies"])),
    Metric("articles_waiting", "Articles that wait to be read.", _one(lambda s: s.totals["waiting"])),
    Metric("oldest_waiting_timestamp_seconds", "When the article came that has waited longest.",
           _one(lambda s: _seconds(s.totals["oldest_waiting"]))),
    Metric("articles_unreadable", "Articles that the pipeline failed on.", _one(lambda s: s.totals["unreadable"])),
    Metric("entries", "Entries of feeds, by what became of them.", _by(lambda s: s.totals["entries"]), ("state",)),
    Metric("pages_defective", "Pages that were no whole article, by kind.", _by(lambda s: s.totals["defects"]), ("defect",)),
    Metric("last_run_timestamp_seconds", "When the last run began.",
           _of_last_run(lambda run: _seconds(run["started"]))),
    Metric("last_run_seconds", "How long the last run took; not told while it goes on.",
           _of_last_run(lambda run: run["seconds"])),
    Metric("last_run_failed", "1 when the last run failed, else 0.", _of_last_run(lambda run: run["outcome"] == "failed")),
    Metric("last_poll_timestamp_seconds", "When a source was last polled.",
           _one(lambda s: _seconds(max((x["last_polled"] for x in s.sources if x["last_polled"]), default=None)))),
    Metric("last_backup_timestamp_seconds", "When the last backup was made.",
           _one(lambda s: s.upkeep["last_backup"].timestamp() if s.upkeep["last_backup"] else None)),
    Metric("database_bytes", "Size of the database.", _one(lambda s: s.upkeep["database_bytes"])),
    Metric("disk_free_bytes", "Room on the disk of the database.", _one(lambda s: s.upkeep["disk_free"])),
)  # fmt: skip


def format_metrics(status: Status) -> str:
    """Return a status in Prometheus's text format; what is not known is left out."""
    registry = CollectorRegistry()
    registry.register(_Reading(status))
    return generate_latest(registry).decode()


class _Reading:
    """What the library asks for numbers."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each metric with its samples."""
        for metric in METRICS:
            family = GaugeMetricFamily(metric.full_name, metric.meaning, labels=metric.labels)
            for labels, number in metric.read(self._status):
                if number is not None:
                    family.add_metric(labels, number)
            yield family
