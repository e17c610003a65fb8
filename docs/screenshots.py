"""Write docs/images/home.png and case.png, the pictures in the README, from the demo's site in an installed Chromium.

make screenshots
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
BASE = "http://127.0.0.1:8041"
DPAWATCH = [sys.executable, "-c", "from dpawatch.cli import main; main()"]
PICTURES = {"home": ("/", 1060), "case": ("/case/fr-cnil-2021-clearview-ai", 1060)}
LARGEST = 250_000


def main() -> None:
    """Build the demo, serve it, and take the pictures at 1280 px in light colours."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        raise SystemExit("no chromium on the path")
    with tempfile.TemporaryDirectory() as folder:
        words = [*DPAWATCH, "demo", "--db", f"{folder}/demo.db", "--port", BASE.rpartition(":")[2]]
        site = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(site)
            _take(browser)
        finally:
            site.terminate()
            site.wait()


def _wait(site: subprocess.Popen[bytes]) -> None:
    while site.poll() is None:
        try:
            urllib.request.urlopen(f"{BASE}/-/versions.json").close()
            return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise SystemExit("the demo ended before its site answered")


def _take(executable: str) -> None:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        for name, (path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": height}, color_scheme="light")
            page.goto(BASE + path, wait_until="load")
            size = len(page.screenshot(path=IMAGES / f"{name}.png"))
            print(f"{name}.png: {size:,} bytes")
            if size > LARGEST:
                raise SystemExit(f"{name}.png is larger than {LARGEST:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
