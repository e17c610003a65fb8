"""Long loops made in Python: what they give is what a template would, and nothing in it is markup."""

import re
from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup

from dpawatch.web.markup import css_class, list_answers, list_options, list_rows

HOSTILE = "<script>alert(\"x\")</script> & 'y'"


def test_the_chosen_option_is_selected():
    options = [("fr", "France"), ("x", HOSTILE)]
    assert list_options(options, None) == (
        '<option value="fr">France</option><option value="x">&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;y&#39;'
        "</option>"
    )
    assert list_options(options[:1], "fr") == '<option value="fr" selected>France</option>'
    assert list_options(options[:1], HOSTILE).startswith("<option selected>&lt;script&gt;")


def test_tables_are_datasettes_but_for_how_their_rows_are_made():
    rows = rows_of_datasettes("_table.html", "{{ display_rows|as_rows }}")
    cells = [
        {"column": "id", "value_type": "pk", "value": 1},
        {"column": HOSTILE, "value_type": "str", "value": HOSTILE},
    ]
    expected = rows.render(display_rows=[cells, cells])
    assert "".join(list_rows([cells, cells]).split()) == "".join(expected.split())
    assert "<script>" not in expected


def test_answers_of_queries_are_datasettes_but_for_how_their_rows_are_made():
    rows = rows_of_datasettes("query.html", "{{ display_rows|as_answers(columns) }}")
    found = {"display_rows": [[1, HOSTILE], [Markup("<b>2</b>"), None]], "columns": ["id", HOSTILE]}
    expected = rows.render(zip=zip, **found)
    assert "".join(list_answers(found["display_rows"], found["columns"]).split()) == "".join(expected.split())
    assert "<script>" not in expected


def rows_of_datasettes(name, replaced):
    """Return what makes the rows in a template of Datasette's; all else is as in ours of the same name."""
    theirs = files("datasette").joinpath("templates", name).read_text(encoding="utf-8")
    ours = files("dpawatch.web").joinpath("templates", name).read_text(encoding="utf-8")
    begin = re.search(r"^ *\{% for row in display_rows %\}", theirs, re.MULTILINE).start()
    rows = theirs[begin : re.search(r"^ *</tbody>", theirs, re.MULTILINE).start()]
    assert ours.partition("#}\n")[2] == theirs.replace(rows, replaced)
    env = Environment(autoescape=True)
    env.filters["to_css_class"] = css_class
    return env.from_string(rows)
