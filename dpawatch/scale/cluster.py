"""Dask: processes on this machine, or a scheduler's workers anywhere; batches of documents out, their readings back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from logging import CRITICAL

import dask
from distributed import Client, Future, LocalCluster
from distributed.scheduler import KilledWorker

from dpawatch.errors import InputError, WorkerError
from dpawatch.reading import Batch, Read, Readings, read_batch
from nlp.pipeline import pipeline_version

LOOPBACK = "127.0.0.1"
# in seconds: how long a scheduler may take to answer, and its first worker to come
PATIENCE = 30
# what it says of workers that come and go is told in our words, and its tracebacks are for those who develop it
QUIET = {
    "logging": {"distributed": "critical", "tornado": "critical", "bokeh": "critical"},
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.comm.timeouts.connect": f"{PATIENCE}s",
}


@contextmanager
def open_client(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Yield a client of a scheduler, or without one of so many processes of this machine, on loopback and with a core each.

    Raises: InputError: no such scheduler can be, or its workers read with another version of the pipeline.
        WorkerError: it does not answer, or has no workers.
    """
    with dask.config.set(QUIET):
        if scheduler is None:
            with _open_cluster(workers) as cluster, Client(cluster) as client:
                yield client
        else:
            with _connect(scheduler) as client:
                yield client


def _open_cluster(workers: int) -> LocalCluster:
    try:
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",
            silence_logs=CRITICAL,
        )
    except RuntimeError as error:
        raise WorkerError(f"{workers} processes could not be started on this machine") from error


def _connect(scheduler: str) -> Client:
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except ValueError as error:
        raise InputError(f"{scheduler}: is no address of a scheduler, such as tcp://127.0.0.1:8786") from error
    except OSError as error:
        raise WorkerError(f"{scheduler}: no scheduler answers") from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        versions = set(client.run(pipeline_version).values())
    except TimeoutError as error:
        client.close()
        raise WorkerError(f"{scheduler}: the scheduler has no workers") from error
    if versions != {pipeline_version()}:
        client.close()
        raise InputError(f"{scheduler}: its workers read with another version of the pipeline ({', '.join(versions)})")
    return client


@contextmanager
def open_reader(scheduler: str | None, workers: int) -> Iterator[Read]:
    """Yield what reads batches of documents on the workers of `open_client`, and raises what that does.

    It raises WorkerError when a batch ended all workers that tried it.
    """
    with open_client(scheduler, workers) as client:

        def read(batches: Iterator[Batch]) -> Iterator[Readings]:
            # so many are under way that no worker waits while the results of others are stored
            window: deque[Future[Readings]] = deque()
            for batch in batches:
                window.append(client.submit(read_batch, batch, pure=False))
                if len(window) > 2 * sum(client.nthreads().values()):
                    yield _take(window)
            while window:
                yield _take(window)

        yield read


def _take(window: deque[Future[Readings]]) -> Readings:
    try:
        readings: Readings = window.popleft().result()
    except KilledWorker as error:
        raise WorkerError(
            "a batch of articles ended every worker that read it; `dpawatch tag` reads them here"
        ) from error
    return readings
