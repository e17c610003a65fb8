"""Long loops made in Python: what they give is what a template would, and nothing in it is markup."""

from importlib.resources import files

from jinja2 import Environment

from dpawatch.web.markup import css_class, list_options, list_rows

HOSTILE = "<script>alert(\"x\")</script> & 'y'"
ROWS = "        {% for row in display_rows %}"


def test_the_chosen_option_is_selected():
    options = [("fr", "France"), ("x", HOSTILE)]
    assert list_options(options, None) == (
        '<option value="fr">France</option><option value="x">&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;y&#39;'
        "</option>"
    )
    assert list_options(options[:1], "fr") == '<option value="fr" selected>France</option>'
    assert list_options(options[:1], HOSTILE).startswith("<option selected>&lt;script&gt;")


def test_tables_are_datasettes_but_for_how_their_rows_are_made():
    theirs = files("datasette").joinpath("templates/_table.html").read_text(encoding="utf-8")
    ours = files("dpawatch.web").joinpath("templates/_table.html").read_text(encoding="utf-8")
    rows = theirs[theirs.index(ROWS) : theirs.index("        </tbody>")]
    assert ours.partition("#}\n")[2] == theirs.replace(rows, "{{ display_rows|as_rows }}")

    cells = [
        {"column": "id", "value_type": "pk", "value": 1},
        {"column": HOSTILE, "value_type": "str", "value": HOSTILE},
    ]
    env = Environment(autoescape=True)
    env.filters["to_css_class"] = css_class
    expected = env.from_string(rows).render(display_rows=[cells, cells])
    assert "".join(list_rows([cells, cells]).split()) == "".join(expected.split())
    assert "<script>" not in expected
