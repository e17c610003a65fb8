from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from db.schema import open_database
from db.summaries import refresh_summaries

HERE = Path(__file__).parent
WIDTHS = {"narrow": 390, "wide": 1280}
DPAWATCH = [sys.executable, "-c", "from dpawatch.cli import main; main()"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_browser() -> str | None:
    """Return the path of an installed Chromium, if there is one; DPAWATCH_CHROMIUM names another, or none by ""."""
    named = os.environ.get("DPAWATCH_CHROMIUM")
    return named if named is not None else next(filter(None, map(shutil.which, CHROMIUM)), None)


def missing() -> str:
    """Return why no browser can be driven here; empty if one can."""
    absent = [name for name in ("playwright", "axe_playwright_python") if importlib.util.find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed"
    return "" if find_browser() else f"no browser: none of {', '.join(CHROMIUM)} is on the path"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = missing()
    for item in items:
        if reason and item.path.is_relative_to(HERE) and item.path.name != "test_skipping.py":
            item.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """Serve a database in a process of its own, as a user does, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*DPAWATCH, "serve", "--db", str(path), "--port", str(port)]
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": ""}
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{base}/-/versions.json").close()
                break
            except urllib.error.URLError:
                assert process.poll() is None, "the site ended before it answered"
                time.sleep(0.1)
        yield base
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def demo_path(tmp_path_factory: pytest.TempPathFactory, demo_built: tuple[Path, str]) -> Path:
    """Return the demo's database, built as a user builds it."""
    return Path(shutil.copy(demo_built[0], tmp_path_factory.mktemp("browser")))


@pytest.fixture(scope="session")
def demo(demo_path: Path) -> Database:
    return Database(demo_path)


@pytest.fixture(scope="session")
def site(demo_path: Path) -> Iterator[str]:
    with serving(demo_path) as base:
        yield base


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the hostile values of the site's own tests."""
    spec = importlib.util.spec_from_file_location("hostile_values", HERE.parent / "web/conftest.py")
    values = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(values)
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    db = open_database(path)
    with db.conn:
        values.fill(db)
        run = '<script>window.__x = 1; alert(1)</script><img src="//evil.example/x" onerror="window.__x = 2">'
        db["cases"].update("hostile", {"title": run + values.RIGHT_TO_LEFT, "respondents": run})
        db["articles"].update("hostile", {"title": run, "publisher": run})
    refresh_summaries(db)
    db.close()
    with serving(path) as base:
        yield base


@pytest.fixture(scope="module")  # its event loop would keep the tests of other folders from having their own
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    words = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=words)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong on a page since it was opened: complaints of the browser, dialogs, requests that left the site."""

    page: Any
    base: str
    complaints: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._note_failure)
        page.on("request", lambda asked: asked.url.startswith(self.base) or self.left.append(asked.url))
        page.on("dialog", self._dismiss)

    def _note_failure(self, asked: Any) -> None:
        if asked.failure != "net::ERR_ABORTED":  # the page was left before the answer, or the answer is a download
            self.complaints.append(f"{asked.url}: {asked.failure}")

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def open_page(chromium: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return a function that opens a blank page in a context of its own; it fails the test if anything is wrong with it."""
    watches: list[Watch] = []

    def opened(base: str, width: str = "wide", scheme: str = "light", **options: Any) -> Any:
        context = chromium.new_context(
            base_url=base, viewport={"width": WIDTHS[width], "height": 900}, color_scheme=scheme, **options
        )
        context.set_default_timeout(15_000)
        request.addfinalizer(context.close)
        page = context.new_page()
        watches.append(Watch(page, base))
        return page

    def check() -> None:
        assert [said for watch in watches for said in watch.complaints] == []
        assert [url for watch in watches for url in watch.left] == []

    opened.check = check  # type: ignore[attr-defined]
    return opened


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for screenshots, DPAWATCH_SCREENSHOTS or a temporary one."""
    named = os.environ.get("DPAWATCH_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
