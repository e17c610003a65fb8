"""Datasette, which takes 70 MB and two seconds, is loaded for the site alone."""

import subprocess
import sys

TOLD = "import dpawatch.alerting, dpawatch.digest, dpawatch.news_text as told; told.label('decided', 'status')"


def test_alerts_and_digests_do_not_load_datasette():
    code = f"{TOLD}; import sys; print('datasette' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
