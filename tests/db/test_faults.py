"""What SQLite says when a file fails it, and what a transaction leaves that could not be kept."""

import sqlite3
from contextlib import closing

import pytest

from db.errors import StorageError
from db.faults import explain_fault, is_damage, naming_faults
from db.schema import open_database
from db.values import transaction


@pytest.fixture
def file_db(tmp_path):
    """Return a database in a file that may not become larger than it is."""
    db = open_database(tmp_path / "x.db")
    pages = db.execute("pragma page_count").fetchone()[0]
    db.execute(f"pragma max_page_count = {pages}").fetchall()
    yield db
    db.close()


def fill(db):
    for number in range(500):
        db.execute("insert into companies (id, name) values (?, ?)", [f"firm-{number}", "Firm " * 200])


def test_a_full_disk_is_named_with_the_file_and_undone(file_db, tmp_path):
    with (
        pytest.raises(StorageError, match=r"x\.db: the disk is full; make room") as caught,
        naming_faults(file_db),
        transaction(file_db),
    ):
        fill(file_db)
    assert "\n" not in str(caught.value)
    assert not file_db.conn.in_transaction
    with closing(sqlite3.connect(tmp_path / "x.db")) as con:
        assert con.execute("select count(*) from companies").fetchone() == (0,)


def test_a_transaction_that_cannot_be_kept_is_undone(db):
    """Links that are checked at the end can fail the commit itself."""
    db.execute("pragma defer_foreign_keys = on")
    with pytest.raises(sqlite3.IntegrityError), transaction(db):
        db.execute("pragma defer_foreign_keys = on")
        db.execute("insert into provisions (id, law) values ('X:1', 'X')")
    assert not db.conn.in_transaction
    assert db.execute("select count(*) from provisions where id = 'X:1'").fetchone() == (0,)


def test_other_errors_go_through(db):
    with pytest.raises(sqlite3.IntegrityError) as caught, naming_faults(db):
        db.execute("insert into provisions (id, law) values ('X:1', 'X')")
    assert explain_fault(caught.value) is None
    assert not is_damage(caught.value)
    assert explain_fault(ValueError("no error of SQLite")) is None
