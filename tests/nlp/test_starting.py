"""Starting without spaCy's command line takes nothing from who asks for it later."""

import subprocess
import sys

CODE = """
import sys
from nlp.starting import import_spacy
import_spacy()
import spacy
assert "spacy.cli" not in sys.modules
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
import spacy.cli
assert callable(spacy.cli.download)
"""


def test_the_command_line_of_spacy_is_there_when_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
