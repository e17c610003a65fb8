"""What is too large is refused in every form, before it fills the memory; where the file lies is nobody's business."""

from urllib.parse import quote

import pytest

from dpawatch.web import limits

LONG = "select zeroblob(50000000) as value"
MANY = "with n(i) as (select 1 union all select i + 1 from n limit 50) select i, hex(zeroblob(4000000)) as value from n"


@pytest.mark.parametrize("form", ["", ".json", ".csv", ".xlsx"])
@pytest.mark.parametrize("sql", [LONG, MANY, "select replace(hex(zeroblob(5000000)), '0', '000') as value"])
def test_what_is_too_large_is_a_400(get, sql, form):
    answer = get(f"/privacy{form}?sql={quote(sql)}")
    assert answer.status_code == 400
    assert "too big" in answer.text or "larger than 64 MB" in answer.text
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_so_is_a_condition_of_a_table(get, form):
    answer = get(f"/privacy/cases{form}?_where={quote('length(hex(zeroblob(50000000))) > 0')}")
    assert answer.status_code == 400
    assert "too big" in answer.text


def test_each_answer_counts_for_itself(get, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 1_000_000)
    once = f"/privacy.json?sql={quote('select hex(zeroblob(400000)) as value')}"
    assert [get(once).status_code for _ in range(5)] == [200] * 5
    assert get(once.replace("400000", "600000")).status_code == 400


def test_the_longest_texts_that_are_stored_are_read(get):
    assert (
        len(get(f"/privacy.json?sql={quote('select hex(zeroblob(5000000)) as value')}").json()["rows"][0][0]) == 10**7
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/privacy.json?sql={quote('select file from pragma_database_list')}",
        f"/privacy.json?sql={quote('select * from pragma_database_list')}",
        f"/privacy/cases.json?_where={quote('exists (select 1 from pragma_database_list where length(file) > 1)')}",
    ],
)
def test_nobody_learns_where_the_file_is(get, path):
    answer = get(path)
    assert answer.status_code == 200
    assert "privacy.db" not in answer.text
    assert [row for row in answer.json()["rows"] if row[-1] not in (None, "")] == []
