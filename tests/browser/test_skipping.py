"""Where no browser is found, the tests that need one are skipped and say why."""

import os
import subprocess
import sys
from pathlib import Path


def test_without_a_browser_the_walks_are_skipped_with_a_reason():
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-rs",
        "-p",
        "no:cacheprovider",
        str(Path(__file__).parent / "test_walks.py"),
    ]
    environment = {**os.environ, "DPAWATCH_CHROMIUM": ""}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stdout
    assert "no browser: none of chromium" in done.stdout
    assert "passed" not in done.stdout and "skipped" in done.stdout
