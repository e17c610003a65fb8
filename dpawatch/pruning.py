"""What a run removes at its end: raw responses, requests and runs that are older than the settings keep them."""

from __future__ import annotations

from datetime import timedelta

from db.pruning import forget_raw_file, prune_fetches, prune_runs, was_paused
from dpawatch.run import Run, timed
from dpawatch.settings import Settings


@timed("prune")
def prune(run: Run, settings: Settings) -> None:
    """Remove what is older than the settings keep it; a setting of 0 days keeps all.

    After a pause of a month nothing is removed: the clock may be wrong. Counts `old_archives` (files of a day),
    `old_fetches` and `old_runs`. Raises: OSError: the archive's folder is not writable.
    """
    now = run.clock()
    if was_paused(run.db, run.id, now):
        return
    if settings.archive_days:
        _prune_archive(run, settings)
    if settings.fetch_days and run.may_go_on():
        run.counts["old_fetches"] = prune_fetches(run.db, now - timedelta(days=settings.fetch_days))
    if settings.run_days and run.may_go_on():
        run.counts["old_runs"] = prune_runs(run.db, now - timedelta(days=settings.run_days))


def _prune_archive(run: Run, settings: Settings) -> None:
    from ingest.archive import Archive

    archive, first = Archive(settings.archive_folder), run.clock().date() - timedelta(days=settings.archive_days)
    for name, day in archive.list_days().items():
        if day >= first or not run.may_go_on():
            break
        # in this order: no article says that its raw form is in a file that is not there
        forget_raw_file(run.db, name)
        archive.remove_day(name)
        run.counts["old_archives"] += 1
