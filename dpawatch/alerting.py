"""Alerts as a step of a run: what is news to whom is written down, then each message is handed to its target once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from db.alerts import (
    Alert,
    begin_sending,
    collect_alerts,
    count_alerts,
    due_targets,
    settle_interrupted,
    settle_uncertain,
    store_refused,
    store_sent,
    waiting_alerts,
)
from db.follows import find_matches, list_targets, load_follow
from db.news import read_case
from db.redactions import find_interrupted
from dpawatch.courier import Courier, UnansweredError, deliver

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from db.news import Change
    from dpawatch.progress import Step
    from dpawatch.run import Run
    from dpawatch.targets import Targets

Uncertain = Literal["send", "drop"]

# a run whose time is used up by then still tells of what it found, and leaves the rest to the next
_STILL = timedelta(minutes=1)
_UNNAMED = "is named nowhere any more: name it in [targets] of dpawatch.toml, or follow anew with another"


def send_alerts(run: Run, targets: Targets, site: str | None = None, uncertain: Uncertain | None = None) -> None:
    """Send what became news to follows since the last call, and what waits and whose target's time has come.

    Args:
        site: the address of the site, for links. uncertain: what becomes of alerts that were being sent when the program
            died; without it they stay as they are.
    Counts `sent_alerts`, and of the others those that are `waiting_alerts` and `uncertain_alerts`. An alert is recorded as
    being sent before it leaves, so one that may have arrived is never sent again by itself. While a redaction is
    interrupted nothing is sent: its words are still there, and what it changed would be taken for news.
    """
    if redaction := find_interrupted(run.db):
        with run.progress.work("Sending alerts", 1) as step:
            step(f"redaction {redaction} was interrupted: alerts wait for `dpawatch redact --resume`", attention=True)
        return
    collect_alerts(run.db, run.clock())
    settle_interrupted(run.db)
    if uncertain:
        settle_uncertain(run.db, uncertain == "send")
    until = max(run.deadline, run.clock()) + _STILL if run.deadline else None
    with Courier() as courier:
        for target in due_targets(run.db, run.clock()):
            alerts = waiting_alerts(run.db, target)
            with run.progress.work(f"Sending alerts to {target}", len(alerts)) as step:
                _send_to(run, courier, targets.find(target), alerts, site, step, until)
    counts = count_alerts(run.db)
    if counts:
        run.counts["sent_alerts"] += 0
        run.counts.update({f"{state}_alerts": n for state, n in counts.items() if state != "sent"})


def _send_to(
    run: Run,
    courier: Courier,
    url: str | None,
    alerts: Sequence[Alert],
    site: str | None,
    step: Step,
    until: datetime | None,
) -> None:
    """Send alerts to one target until it does not take one, or no longer than until a time.

    A signal lets the one that is under way come to its end, if its target answers at once: else nothing is certain of it.
    """
    for alert in alerts:
        run.interrupts.check()
        if until and run.clock() >= until:
            run.stopped = True
            return
        title, body = write_message(run.db, alert.case_id, alert.changes, alert.article, site)
        with run.interrupts.handed_to(courier.hurry):
            begin_sending(run.db, alert)
            try:
                said = f"{body}\n\nAlert {alert.id} of follow {alert.follow}"
                reason = courier.send(url, title, said) if url else _UNNAMED
            except UnansweredError:
                continue  # with what the signal ends it all
            if reason:
                store_refused(run.db, alert, reason, run.clock())
            else:
                store_sent(run.db, alert, run.clock())
                run.counts["sent_alerts"] += 1
        if reason:
            step(f"target {alert.target} {reason}; its alerts wait", attention=True)
            return
        step(f"target {alert.target}: {title}")


def write_message(
    db: Database, case_id: str, changes: Sequence[Change] = (), article: str | None = None, site: str | None = None
) -> tuple[str, str]:
    """Return the title, one line, and the body of what is told of a case, in plain text."""
    from dpawatch.news_text import describe_case

    told = describe_case(read_case(db, case_id, article), changes, site)
    title = f"Changed: {told['title']}" if changes else told["title"]
    return title, "\n\n".join(filter(None, _write_parts(told)))


def _write_parts(told: dict[str, Any]) -> list[str]:
    facts = [f"{name}: {words}" for name, words in told["facts"]]
    changes = [f"Changed: {words}" for words in told["changes"]]
    contradictions = [f"Sources differ: {words}" for words in told["contradictions"]]
    source = ", ".join(filter(None, (told["publisher"], told["published"])))
    return [
        "\n".join([*changes, *facts, *contradictions]),
        f"“{told['quote']}”" if told["quote"] else "",
        "\n".join(filter(None, (source, told["link"]))),
        f"Case: {told['page']}" if told["page"] else "",
    ]


def test_targets(db: Database, number: int, targets: Targets, site: str | None = None) -> dict[str, str | None]:
    """Send the newest case of a follow to each of its targets, and return why one did not take it; None where it did.

    Raises: FollowError when there is no such follow.
    """
    matches = find_matches(db, load_follow(db, number))
    nothing = ("Nothing yet", "No case matches this follow so far.")
    title, body = write_message(db, matches[0], site=site) if matches else nothing
    urls = {target: targets.find(target) for target in list_targets(db, number)}
    return {
        target: deliver(url, f"Test: {title}", f"{body}\n\nTest of follow {number}") if url else _UNNAMED
        for target, url in urls.items()
    }
