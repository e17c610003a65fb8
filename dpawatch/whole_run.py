"""What `dpawatch run` does, in order: a run and its settings in, all steps done or left to the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dpawatch.alerting import send_alerts
from dpawatch.pruning import prune
from dpawatch.run import Run, group_cases, ingest_sources, tag_articles

if TYPE_CHECKING:
    from dpawatch.settings import Settings
    from dpawatch.targets import Targets
    from ingest.models import Source


def do_whole_run(
    run: Run,
    settings: Settings,
    sources: tuple[Source, ...],
    targets: Targets,
    site: str | None = None,
    every: bool = False,
) -> None:
    """Poll the sources of a registry that are due (`every`: all), read what came, group it, send alerts, remove what is old."""
    ingest_sources(run, settings, sources, all=every)
    tag_articles(run)
    group_cases(run)
    send_alerts(run, targets, site)
    prune(run, settings)
