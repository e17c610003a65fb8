"""The processes that read: their answers, and their end when the one that asked is killed."""

import asyncio
import operator
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ingest import errors
from ingest.errors import Broken, IngestError, NotAFeed, NotTheArticle
from ingest.models import Response, Source
from ingest.readers import read_source
from ingest.workers import MAX_MEMORY, Workers, dismiss


@pytest.fixture
def workers():
    pool = Workers(deadline=1.0)
    yield pool
    pool.close()


def test_answers_come_from_another_process(workers):
    assert asyncio.run(workers.compute(os.getpid)) != os.getpid()


def find_servers():
    return [p.pid for p in psutil.Process().children() if "multiprocessing.forkserver" in " ".join(p.cmdline())]


def test_what_workers_are_forked_from_is_gone_when_it_is_dismissed_and_comes_again(workers):
    assert asyncio.run(workers.compute(operator.add, 1, 1)) == 2
    workers.close()
    (server,) = find_servers()
    dismiss()
    dismiss()
    assert find_servers() == []
    assert asyncio.run(workers.compute(operator.add, 1, 2)) == 3
    assert find_servers() != [server]


def test_errors_of_ours_arrive_as_they_were(workers):
    source = Source("xx", "xx", "press", "feed", "http://x.test/", "http://x.test/", "en", "privacy")
    response = Response(source.url, source.url, 200, (), b"", None)
    with pytest.raises(NotAFeed, match="the feed is empty"):
        asyncio.run(workers.compute(read_source, source, response))


def test_work_goes_on_after_a_crash_and_after_a_deadline(workers):
    async def work():
        troubles = [
            workers.compute(os._exit, 3),
            workers.compute(time.sleep, 30),
            workers.compute(operator.truediv, 1, 0),
        ]
        others = [workers.compute(operator.add, n, 1) for n in range(50)]
        return await asyncio.gather(*troubles, *others, return_exceptions=True)

    crash, late, wrong, *sums = asyncio.run(work())
    assert [type(e) for e in (crash, late, wrong)] == [Broken] * 3
    assert str(crash) == "_exit broke its process, which ended with status 3"
    assert str(late) == "sleep took longer than 1 seconds"
    assert str(wrong) == "truediv broke: ZeroDivisionError: division by zero"
    assert sums == [n + 1 for n in range(50)]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited where it can be measured")
def test_too_much_memory_costs_only_the_page_that_takes_it(workers):
    async def work():
        greedy = workers.compute(bytes, 3 * MAX_MEMORY)
        others = [workers.compute(operator.add, n, 1) for n in range(20)]
        return await asyncio.gather(greedy, *others, return_exceptions=True)

    greedy, *sums = asyncio.run(work())
    assert (type(greedy), "bytes broke: MemoryError" in str(greedy)) == (Broken, True)
    assert sums == [n + 1 for n in range(20)]
    # what a large but honest document takes is there
    assert asyncio.run(workers.compute(eval, f"len(bytes({MAX_MEMORY // 3}))")) == MAX_MEMORY // 3


def test_closed_workers_start_again_when_they_are_asked(workers):
    async def work():
        first = await workers.compute(os.getpid)
        workers.close()
        return first, await workers.compute(os.getpid)

    first, second = asyncio.run(work())
    assert first != second


@pytest.mark.parametrize(
    "kind", [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, IngestError)]
)
def test_every_error_travels(kind):
    error = kind("error", "Page not found") if kind is NotTheArticle else kind("what went wrong")
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (kind, str(error), vars(error))


ASKING = """
import asyncio, os, time
from ingest.workers import Workers
workers = Workers()
async def ask():
    print(await workers.compute(os.getpid), await workers.compute(os.getppid), flush=True)
    await workers.compute(time.sleep, 60)
asyncio.run(ask())
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="tells processes by /proc")
def test_killed_poll_leaves_no_process_behind():
    asking = subprocess.Popen([sys.executable, "-c", ASKING], stdout=subprocess.PIPE, text=True)
    started = [Path("/proc") / pid for pid in asking.stdout.readline().split()]
    assert len(started) == 2
    assert all(process.exists() for process in started)
    asking.kill()
    asking.communicate()
    end = time.monotonic() + 10
    while time.monotonic() < end and any(is_running(process) for process in started):
        time.sleep(0.05)
    assert not any(is_running(process) for process in started)


def is_running(process):
    try:
        # what has ended may stay as a zombie where nobody asks for its end
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


LATE = """
import asyncio, signal, time
if __name__ == "__mp_main__":  # a process that starts on a busy machine
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(0.3)
from ingest.workers import Workers

async def leave_at_once():
    workers = Workers()
    work = asyncio.ensure_future(workers.compute(len, "abc"))
    await asyncio.sleep(0)
    work.cancel()
    workers.close()

if __name__ == "__main__":
    asyncio.run(leave_at_once())
"""


def test_a_process_that_is_ended_while_it_starts_says_nothing(tmp_path):
    code = tmp_path / "late.py"
    code.write_text(LATE)
    ended = subprocess.run([sys.executable, str(code)], capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stderr) == (0, "")
