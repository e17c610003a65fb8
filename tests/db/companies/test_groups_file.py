"""The file of groups: read into records, and refused with the file and the key where it breaks its schema."""

import pytest

from db.companies.groups import load_groups, names_of_groups, names_of_known, read_groups
from db.errors import GroupsError
from nlp.gazetteer import load_companies

GOOD = """
[[groups]]
id = "rosso"
name = "Rosso SpA"
country = "IT"
aliases = ["Gruppo Rosso"]
  [[groups.members]]
  id = "rosso-spain"
  name = "Rosso España"
  country = "ES"
  former = ["Verde SL"]
  [[groups.members]]
  id = "rosso-gmbh"
  name = "Rosso GmbH"
"""


def test_groups_are_records_and_names_their_keys(tmp_path):
    path = tmp_path / "groups.toml"
    path.write_text(GOOD)
    (group,) = read_groups(path)
    assert (group.id, group.kind, group.wikidata, [m.id for m in group.members]) == (
        "rosso", "company", None, ["rosso-spain", "rosso-gmbh"],
    )  # fmt: skip
    assert names_of_groups([group]) == {
        "rosso": ("rosso", "Rosso SpA"),
        "gruppo rosso": ("rosso", "Gruppo Rosso"),
        "rosso spain": ("rosso-spain", "Rosso España"),
        "verde": ("rosso-spain", "Verde SL"),
        # its form tells it from the group
        "rosso gmbh": ("rosso-gmbh", "Rosso GmbH"),
    }


BAD = [
    ("[[groups]", "not valid TOML"),
    ("[[companies]]\nid = 'x'", "unknown key 'companies'"),
    ("[[groups]]\nid = 'rosso'", "rosso: key 'name' is missing"),
    ("[[groups]]\nid = 'rosso'\nname = 'Rosso'\nowner = 'x'", "rosso: unknown key 'owner'"),
    ("[[groups]]\nid = 'Rosso'\nname = 'Rosso'", "key 'id' has the value 'Rosso'"),
    ("[[groups]]\nid = 'rosso'\nname = 'Rosso'\nwikidata = '95'", "key 'wikidata' has the value '95'"),
    ("[[groups]]\nid = 'rosso'\nname = 'Rosso'\naliases = 'R'", "key 'aliases' is no list of names"),
    ("[[groups]]\nid = 'rosso'\nname = 'Rosso'\n[[groups.members]]\nid = 'r'", "rosso: members: key 'name' is missing"),
    ("[[groups]]\nid = 'a'\nname = 'Rosso'\n[[groups]]\nid = 'b'\nname = 'Rosso SA'", "the name 'Rosso SA' is one of 'a' too"),
    ("[[groups]]\nid = 'a'\nname = 'Rosso'\n[[groups]]\nid = 'a'\nname = 'Verde'", "a: the id is used twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_file_that_breaks_the_schema_is_refused(tmp_path, text, says):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(GroupsError, match=r"^mine\.toml: ") as caught:
        read_groups(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_gazetteer_adds_what_no_group_has():
    found = names_of_groups(load_groups())
    added = names_of_known(found, load_companies())
    assert not found.keys() & added.keys()
    assert added["marks and spencer"][0] == added["m and s"][0] == "marks-and-spencer"
    # an alias of a company that a group has
    assert added["google analytics"][0] == "google"
