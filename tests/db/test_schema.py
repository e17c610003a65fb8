"""Opening databases: ours are created and migrated, all others are refused untouched."""

import sqlite3

import pytest
from sqlite_utils import Database

from db.errors import DatabaseError, RefusedError
from db.migrations import migrations
from db.schema import open_database, open_existing

# What outside queries rely on (contract.md, "Tables that outside queries use").
CONTRACT = {
    "sources": ["id"],
    "fetches": ["source"],
    "articles": ["id", "url", "title", "published", "fetched", "lang", "source", "text", "content_hash"],
    "regulators": ["id", "name", "country"],
    "companies": ["id", "name"],
    "laws": ["id", "name"],
    "provisions": ["id", "law"],
    "mentions": ["article", "kind", "entity", "start", "end", "text", "pipeline"],
    "actions": [
        "id", "article", "regulator", "status", "amount", "currency", "amount_eur", "fx_rate", "fx_date",
        "decision_date", "evidence_start", "evidence_end",
    ],
    "cases": [
        "id", "regulator", "title", "status", "decided", "amount", "currency", "amount_eur", "first_seen", "last_seen",
    ],
    "case_articles": ["case_id", "article"],
    "case_events": ["case_id", "date", "kind", "article"],
    "runs": ["started", "outcome"],
}  # fmt: skip

# Every foreign key of the schema: table.column -> table.
FOREIGN_KEYS = {
    "provisions.law": "laws",
    "silences.source": "sources",
    "fetches.run": "runs",
    "fetches.source": "sources",
    "articles.source": "sources",
    "article_sources.article": "articles",
    "article_sources.source": "sources",
    "redaction_hashes.redaction": "redactions",
    "revisions.article": "articles",
    "signatures.article": "articles",
    "signature_bands.article": "articles",
    "near_duplicates.article": "articles",
    "near_duplicates.copy_of": "articles",
    "entries.source": "sources",
    "entries.article": "articles",
    "mentions.article": "articles",
    "actions.article": "articles",
    "actions.regulator": "regulators",
    "action_evidence.action": "actions",
    "action_respondents.action": "actions",
    "action_respondents.company": "companies",
    "action_provisions.action": "actions",
    "action_provisions.provision": "provisions",
    "action_sanctions.action": "actions",
    "action_happenings.action": "actions",
    "action_violations.action": "actions",
    "cases.regulator": "regulators",
    "case_articles.case_id": "cases",
    "case_articles.article": "articles",
    "case_actions.case_id": "cases",
    "case_actions.action": "actions",
    "case_companies.case_id": "cases",
    "case_companies.company": "companies",
    "case_provisions.case_id": "cases",
    "case_provisions.provision": "provisions",
    "case_sanctions.case_id": "cases",
    "case_violations.case_id": "cases",
    "case_languages.case_id": "cases",
    "case_sources.case_id": "cases",
    "case_sources.source": "sources",
    "case_events.case_id": "cases",
    "case_events.article": "articles",
    "case_events.action": "actions",
    "case_contradictions.case_id": "cases",
    "case_contradictions.action": "actions",
    "case_contradictions.other_action": "actions",
    "action_keys.action": "actions",
    "article_terms.article": "articles",
    "action_links.action": "actions",
    "action_links.other": "actions",
    "case_redirects.case_id": "cases",
    "companies.parent": "companies",
    "company_names.company": "companies",
    "company_names.stated": "companies",
    "action_names.action": "actions",
    "action_names.key": "company_names",
    "mentions.name_key": "company_names",
    "company_aliases.key": "company_names",
    "company_aliases.article": "articles",
    "company_redirects.company": "companies",
    "company_spellings.key": "company_names",
    "follows.regulator": "regulators",
    "follow_targets.follow": "follows",
    "follow_targets.target": "targets",
    "follow_cases.follow": "follows",
    "alerts.follow": "follows",
    "alerts.target": "targets",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_the_tables_of_the_contract_have_its_columns(db, table):
    assert set(CONTRACT[table]) <= set(db[table].columns_dict)


def test_every_foreign_key_is_declared(db):
    found = {f"{t.name}.{fk.column}": fk.other_table for t in db.tables for fk in t.foreign_keys}
    assert found == FOREIGN_KEYS


@pytest.mark.parametrize("key", FOREIGN_KEYS)
def test_every_foreign_key_has_an_index(db, key):
    table, column = key.split(".")
    leading = {index.columns[0] for index in db[table].indexes}
    assert column in leading | {db[table].pks[0]}


def test_tables_without_rowids_begin_with_their_key(db):
    """SQLite 3.40 takes values for null, and says that the database is damaged, where another column stands before."""
    for (table,) in db.execute("select name from sqlite_master where sql like '%without rowid%'").fetchall():
        order = db.execute("select name, pk from pragma_table_info(?) where pk order by cid", [table]).fetchall()
        first = [name for (name,) in db.execute("select name from pragma_table_info(?)", [table])][: len(order)]
        assert [name for name, _ in sorted(order, key=lambda pair: pair[1])] == first


def test_what_triggers_write_depends_on_no_other_statement(db):
    """The `or ignore` of a trigger gives way to what the statement that fires it says of conflicts, such as `or abort`."""
    triggers = db.execute("select name, lower(sql) from sqlite_master where type = 'trigger'").fetchall()
    assert [name for name, sql in triggers if "insert or " in sql or "update or " in sql] == []


def test_a_new_database_has_a_wal_and_checks_foreign_keys(tmp_path):
    db = open_database(tmp_path / "new.db")
    assert db.journal_mode == "wal"
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        db.execute("insert into provisions (id, law) values ('X:1', 'X')")
    assert db.execute("pragma busy_timeout").fetchone()[0] >= 5000
    db.close()


def test_opening_twice_changes_nothing(tmp_path):
    path = tmp_path / "again.db"
    open_database(path).close()
    before = path.read_bytes()
    open_database(path).close()
    assert path.read_bytes() == before


def test_a_zero_byte_file_becomes_a_database(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    db = open_database(path)
    assert db["articles"].exists()
    db.close()


def write_foreign(path):
    db = Database(path)
    db["recipes"].insert({"id": 1, "name": "soup"}, pk="id")
    db.close()


def write_newer(path):
    db = open_database(path)
    db["_sqlite_migrations"].insert({"migration_set": "dpawatch", "name": "m999_later", "applied_at": "2030"})
    db.close()


def write_truncated(path):
    open_database(path).close()
    path.write_bytes(path.read_bytes()[:5000])


REFUSED = [
    # a text file that someone called .db
    (lambda path: path.write_text("not a database at all"), RefusedError, "is not a SQLite database"),
    # somebody else's database
    (write_foreign, RefusedError, "is a SQLite database, but not one of dpawatch"),
    # made by a later version of the program
    (write_newer, RefusedError, "was made by a newer dpawatch (m999_later)"),
    # the disk was full when it was copied
    (write_truncated, DatabaseError, "malformed"),
    # a folder
    (lambda path: path.mkdir(), RefusedError, "is a folder"),
]


@pytest.mark.parametrize(("write", "error", "says"), REFUSED)
def test_other_files_are_refused_in_one_line_and_not_changed(tmp_path, write, error, says):
    path = tmp_path / "other.db"
    write(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(error) as caught:
        open_database(path)
    message = str(caught.value)
    assert says in message
    assert str(path) in message
    assert "\n" not in message
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DatabaseError, match=r"folder .*nowhere does not exist"):
        open_database(tmp_path / "nowhere" / "x.db")


def test_open_existing_creates_nothing(tmp_path):
    with pytest.raises(DatabaseError, match="no such database"):
        open_existing(tmp_path / "x.db")
    assert not (tmp_path / "x.db").exists()


def test_migrations_are_numbered_and_recorded_by_name(db):
    names = [migration.name for migration in migrations.applied(db)]
    assert names == [
        "m001_first_schema",
        "m002_source_registry",
        "m003_further_pages",
        "m004_source_rhythm",
        "m005_articles",
        "m006_defects",
        "m007_near_duplicates",
        "m008_run_figures",
        "m009_published_origin",
        "m010_entry_waits",
        "m011_incremental_cases",
        "m012_company_names",
        "m013_case_life",
        "m014_happenings",
        "m015_summaries",
        "m016_company_history",
        "m017_case_violations",
        "m018_counted",
        "m019_sums_of_no_regulator",
        "m020_case_languages",
        "m021_run_versions",
        "m022_health",
        "m023_follows",
        "m024_redactions",
        "m025_case_sources",
        "m026_orders_of_cases",
        "m027_provision_regulators",
    ]


def migrate_to(name):
    """Return a database as the version that ended with a migration left it."""
    db = Database(memory=True)
    migrations.apply(db, stop_before=name)
    return db


def test_sources_of_the_first_schema_keep_when_they_worked():
    db = migrate_to("m002_source_registry")
    sql = "insert into sources (id, publisher, format, last_success) values (?, 'p', 'feed', ?)"
    db.execute(sql, ["one", "2024-05-01T12:00:00Z"])
    db.execute(sql, ["two", None])
    migrations.apply(db)
    assert db.execute("select id, first_success, on_request, lacks from sources order by id").fetchall() == [
        ("one", "2024-05-01T12:00:00Z", 0, None),
        ("two", None, 0, None),
    ]
    db.close()


def test_articles_of_older_schemas_keep_the_sources_they_came_by():
    db = migrate_to("m005_articles")
    db.execute("insert into sources (id, publisher, format) values ('one', 'p', 'feed'), ('two', 'p', 'feed')")
    columns = "id, url, title, fetched, lang, source, publisher, text, content_hash"
    db.execute(f"""insert into articles ({columns}) values
        ('a', 'https://a.example/a', 'T', '2024-05-02T00:00:00Z', 'en', 'one', 'p', 'text', 'h'),
        ('b', 'https://a.example/b', 'T', '2024-05-02T00:00:00Z', 'en', null, 'p', 'text', 'h')""")
    db.execute("""insert into entries (source, guid, url, title, summary, state, article, first_seen) values
        ('two', 'g', 'https://a.example/a?x', 'T', '', 'stored', 'a', '2024-05-01T00:00:00Z'),
        ('two', 'h', 'https://a.example/c', 'T', '', 'pending', null, '2024-05-01T00:00:00Z')""")
    migrations.apply(db)
    assert db.execute("select article, source, url, first_seen from article_sources order by source").fetchall() == [
        ("a", "one", "https://a.example/a", "2024-05-02T00:00:00Z"),
        ("a", "two", "https://a.example/a?x", "2024-05-01T00:00:00Z"),
    ]
    db.close()


def test_runs_of_older_schemas_keep_their_figures():
    db = migrate_to("m008_run_figures")
    polled = '{"sources": 9, "failed_sources": 2, "new_articles": 3}'
    sql = "insert into runs (command, started, counts) values ('run', '2024-05-01T00:00:00Z', ?)"
    for counts in (polled, '{"read_articles": 4}', None):
        db.execute(sql, [counts])
    migrations.apply(db)
    ask = "select sources, unchanged, failed, new, updated, duplicates, bytes, seconds from runs order by id"
    # what was not counted then is not known
    assert db.execute(ask).fetchall() == [(9, 0, 2, 3, 0, None, None, None), *[(None,) * 8] * 2]
    db.close()


SEARCHES = [
    # accents do not matter on either side
    ("publicite", {"id-a"}),
    ("Publicité", {"id-a"}),
    # the title counts too
    ("wolke", {"id-b"}),
    ("nothing", set()),
]


@pytest.mark.parametrize(("query", "expected"), SEARCHES)
def test_articles_are_found_by_their_words(db, make_article, query, expected):
    from db.articles import store_article

    store_article(db, make_article("a", text="La publicité sans consentement."))
    store_article(db, make_article("b", title="Die Wolke"))
    found = db.execute("select id from articles where rowid in (select rowid from articles_fts(?))", [query])
    assert {row[0] for row in found} == expected


def test_search_follows_changes_and_survives_vacuum(db, make_article, rows):
    """SQLite may renumber rows on VACUUM; tables with a text key keep theirs, which the search index needs."""
    from db.articles import store_article

    for key in "abcd":
        store_article(db, make_article(key, text=f"word{key}"))
    db.execute("delete from articles where id in ('id-a', 'id-c')")
    store_article(db, make_article("b", text="changed", content_hash="other"))
    db.execute("vacuum")
    sql = "select id from articles where rowid in (select rowid from articles_fts(?))"
    found = {word: [r[0] for r in rows(sql, word)] for word in ("worda", "wordb", "changed", "wordd")}
    assert found == {"worda": [], "wordb": [], "changed": ["id-b"], "wordd": ["id-d"]}
    db.execute("insert into articles_fts(articles_fts, rank) values ('integrity-check', 1)")


def test_marking_an_article_does_not_index_it_again(db, read, make_action, rows):
    """Only a change of title or text may cost an index update; a million articles are marked at each new pipeline."""
    read("a")
    before = rows("select count(*) from articles_fts_data")
    db.execute("update articles set pipeline = 'rules-2'")
    assert rows("select count(*) from articles_fts_data") == before


def test_datasette_and_sqlite_utils_recognise_the_search_tables(db):
    assert db["articles"].detect_fts() == "articles_fts"
    assert db["cases"].detect_fts() == "cases_fts"


def test_articles_of_older_schemas_without_a_date_have_that_of_their_fetch():
    db = migrate_to("m009_published_origin")
    db.execute("insert into sources (id, publisher, format) values ('one', 'p', 'feed')")
    columns = "id, url, title, published, published_origin, fetched, lang, publisher, text, content_hash"
    db.execute(f"""insert into articles ({columns}) values
        ('polled', 'https://a.example/1', 'T', null, null, '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h'),
        ('dated', 'https://a.example/2', 'T', '2024-05-01', 'feed', '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h'),
        ('imported', 'https://a.example/3', 'T', null, null, '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h')""")
    db.execute("""insert into entries (source, guid, url, title, summary, article, first_seen) values
        ('one', 'g', 'https://a.example/1', 'T', '', 'polled', '2024-05-01T00:00:00Z'),
        ('one', 'h', 'https://a.example/2', 'T', '', 'dated', '2024-05-01T00:00:00Z')""")
    migrations.apply(db)
    assert db.execute("select id, published, published_origin from articles order by id").fetchall() == [
        ("dated", "2024-05-01", "feed"),
        ("imported", None, None),
        ("polled", "2024-05-02T00:00:00Z", "fetched"),
    ]
    db.close()


def test_cases_of_older_schemas_begin_their_history_and_say_why_sums_are_missing():
    db = migrate_to("m013_case_life")
    columns = "id, url, title, published, published_origin, fetched, lang, publisher, text, content_hash"
    db.execute(f"""insert into articles ({columns}) values
        ('a', 'https://a.example/1', 'T', '2024-05-01', 'feed', '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h'),
        ('b', 'https://a.example/2', 'T', '2024-05-02', 'fetched', '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h')""")
    columns = "id, article, position, status, amount, currency, amount_eur, background, confidence, pipeline"
    db.execute(f"""insert into actions ({columns}) values
        ('euro', 'a', 1, 'decided', 5, 'EUR', 5, 0, 1, 'p'), ('rate', 'a', 2, 'decided', 5, 'XXX', null, 0, 1, 'p'),
        ('date', 'b', 1, 'decided', 5, 'USD', null, 0, 1, 'p'), ('fine', 'a', 3, 'decided', null, null, null, 0, 1, 'p'),
        ('none', 'a', 4, 'decided', null, null, null, 0, 1, 'p')""")
    db.execute("insert into action_sanctions (action, sanction) values ('fine', 'fine'), ('none', 'reprimand')")
    db.execute("insert into runs (command, started, finished) values ('run', '2024-05-02', '2024-05-03T00:00:00Z')")
    db.execute("""insert into cases (id, title, respondents, regulator_names, status, articles)
        values ('x', 'T', '', '', 'decided', 1)""")
    migrations.apply(db)
    assert {row[0]: row[1:] for row in db.execute("select id, amount_missing, amount_eur_missing from actions")} == {
        "euro": (None, None),
        "rate": (None, "no-rate"),
        "date": (None, "no-date"),
        "fine": ("not-stated", "not-stated"),
        "none": ("none", "none"),
    }
    sql = "select entity_id, field, new, changed, cause_kind from history"
    assert db.execute(sql).fetchall() == [("x", "id", "x", "2024-05-03T00:00:00Z", "rebuild")]
    sql = "select value, valid_from from case_versions where case_id = 'x' and field = 'status'"
    assert db.execute(sql).fetchall() == [("decided", "2024-05-03T00:00:00Z")]
    db.close()


def test_entries_that_older_versions_gave_up_wait_again():
    db = migrate_to("m010_entry_waits")
    db.execute("insert into sources (id, publisher, format) values ('one', 'p', 'feed')")
    db.execute("""insert into entries (source, guid, url, title, summary, state, attempts, first_seen) values
        ('one', 'g', 'https://a.example/1', 'T', '', 'failed', 5, '2024-05-01T00:00:00Z'),
        ('one', 'h', 'https://a.example/2', 'T', '', 'gone', 0, '2024-05-01T00:00:00Z')""")
    migrations.apply(db)
    assert db.execute("select guid, state, next_due from entries order by guid").fetchall() == [
        ("g", "pending", None),
        ("h", "gone", None),
    ]
    db.close()


def test_names_of_older_schemas_are_known_by_their_companies(now):
    """Two companies that are two spellings become one, and what was read as the other follows."""
    from db.companies.settling import drop_unused_companies, settle_companies

    db = migrate_to("m012_company_names")
    columns = "id, url, title, fetched, lang, publisher, text, content_hash"
    db.execute(f"""insert into articles ({columns}) values
        ('a', 'https://a.example/1', 'T', '2024-05-02T00:00:00Z', 'en', 'p', 'text', 'h')""")
    db.execute("insert into companies (id, name) values ('rosso-s-a', 'Rosso S.A.'), ('rosso', 'Rosso')")
    db.execute("""insert into mentions (article, kind, entity, start, "end", text, pipeline) values
        ('a', 'company', 'rosso-s-a', 0, 4, 'text', 'p'), ('a', 'regulator', 'rosso', 0, 4, 'text', 'p')""")
    db.execute("""insert into actions (id, article, position, status, background, confidence, pipeline) values
        ('a-1', 'a', 1, 'decided', 0, 1, 'p')""")
    db.execute("insert into action_respondents values ('a-1', 'rosso-s-a')")
    migrations.apply(db)
    settle_companies(db, now)
    drop_unused_companies(db)
    assert db.execute("select id from companies").fetchall() == [("rosso",)]
    assert db.execute("select kind, entity, name_key from mentions order by kind").fetchall() == [
        ("company", "rosso", "rosso"), ("regulator", "rosso", None),
    ]  # fmt: skip
    assert db.execute("select company from action_respondents").fetchall() == [("rosso",)]
    assert db.execute("select action from stale_actions").fetchall() == [("a-1",)]
    assert db.execute("select old_id, company from company_redirects").fetchall() == [("rosso-s-a", "rosso")]
    db.close()


def test_the_languages_of_cases_follow_their_articles(db):
    def languages():
        return db.execute("select case_id, lang from case_languages order by case_id, lang").fetchall()

    db["cases"].insert_all(
        {"id": case, "title": "T", "respondents": "", "regulator_names": "", "status": "decided", "articles": 2}
        for case in ("one", "two")
    )
    db["articles"].insert_all(
        {
            "id": name,
            "url": name,
            "title": "T",
            "fetched": "2026",
            "lang": lang,
            "publisher": "p",
            "text": "t",
            "content_hash": "",
        }
        for name, lang in (("a", "en"), ("b", "en"), ("c", "fr"))
    )
    db["case_articles"].insert_all({"case_id": case, "article": name} for case, name in (
        ("one", "a"), ("one", "b"), ("one", "c"), ("two", "b"),
    ))  # fmt: skip
    assert languages() == [("one", "en"), ("one", "fr"), ("two", "en")]
    db.execute("update articles set lang = 'de' where id = 'b'")
    assert languages() == [("one", "de"), ("one", "en"), ("one", "fr"), ("two", "de")]
    db["case_articles"].delete(("one", "b"))
    assert languages() == [("one", "en"), ("one", "fr"), ("two", "de")]
    db.execute("delete from articles where id = 'a'")
    assert languages() == [("one", "fr"), ("two", "de")]
    db.execute("delete from cases where id = 'two'")
    assert languages() == [("one", "fr")]


def test_cases_of_older_schemas_have_the_languages_of_their_articles():
    db = migrate_to("m020_case_languages")
    db.execute("pragma foreign_keys = off")
    db.execute(
        "insert into case_articles (case_id, article) values ('one', 'a'), ('one', 'b'), ('one', 'c'), ('two', 'c')"
    )
    for name, lang in (("a", "en"), ("b", "en"), ("c", "fr")):
        db.execute("""insert into articles (id, url, title, fetched, lang, publisher, text, content_hash)
            values (?, ?, 'T', '2026', ?, 'p', 't', '')""", [name, name, lang])  # fmt: skip
    migrations.apply(db)
    assert db.execute("select case_id, lang from case_languages order by 1, 2").fetchall() == [
        ("one", "en"), ("one", "fr"), ("two", "fr"),
    ]  # fmt: skip
    db.close()


def test_the_sources_of_cases_follow_their_articles(db):
    def sources():
        return db.execute("select case_id, source from case_sources order by case_id, source").fetchall()

    db["cases"].insert_all(
        {"id": case, "title": "T", "respondents": "", "regulator_names": "", "status": "decided", "articles": 2}
        for case in ("one", "two")
    )
    db["sources"].insert_all({"id": name, "publisher": "p", "kind": "press", "format": "feed"} for name in "xyz")
    text = {"title": "T", "fetched": "2026", "lang": "en", "publisher": "p", "text": "t", "content_hash": ""}
    db["articles"].insert_all({"id": name, "url": name} | text for name in "abc")
    came = {"url": "u", "first_seen": "2026"}
    db["article_sources"].insert_all({"article": a, "source": s} | came for a, s in ("ax", "bx", "by"))
    db["case_articles"].insert_all({"case_id": case, "article": name} for case, name in (
        ("one", "a"), ("one", "b"), ("two", "b"), ("two", "c"),
    ))  # fmt: skip
    assert sources() == [("one", "x"), ("one", "y"), ("two", "x"), ("two", "y")]
    db["article_sources"].insert({"article": "c", "source": "z"} | came)
    db["article_sources"].delete(("b", "x"))
    assert sources() == [("one", "x"), ("one", "y"), ("two", "y"), ("two", "z")]
    db["case_articles"].delete(("two", "b"))
    assert sources() == [("one", "x"), ("one", "y"), ("two", "z")]
    db.execute("delete from articles where id = 'b'")
    assert sources() == [("one", "x"), ("two", "z")]
    db.execute("delete from cases where id = 'two'")
    assert sources() == [("one", "x")]


def test_cases_of_older_schemas_have_the_sources_of_their_articles():
    db = migrate_to("m025_case_sources")
    db.execute("pragma foreign_keys = off")
    db.execute("insert into case_articles (case_id, article) values ('one', 'a'), ('one', 'b'), ('two', 'c')")
    db.execute("""insert into article_sources (article, source, url, first_seen)
        values ('a', 'x', 'u', ''), ('b', 'x', 'u', ''), ('b', 'y', 'u', ''), ('d', 'z', 'u', '')""")
    migrations.apply(db)
    assert db.execute("select case_id, source from case_sources order by 1, 2").fetchall() == [
        ("one", "x"), ("one", "y"),
    ]  # fmt: skip
    db.close()


def test_cases_of_older_schemas_are_about_what_their_acts_are_about():
    db = migrate_to("m017_case_violations")
    db.execute("pragma foreign_keys = off")
    db.execute("""insert into cases (id, title, respondents, regulator_names, status, articles)
        values ('one', 'T', '', '', 'decided', 2)""")
    db.execute("insert into case_actions (case_id, action) values ('one', 'a'), ('one', 'b')")
    db.execute("""insert into action_violations (action, violation)
        values ('a', 'security'), ('b', 'security'), ('b', 'children'), ('c', 'marketing')""")
    migrations.apply(db)
    assert db.execute("select case_id, violation from case_violations order by violation").fetchall() == [
        ("one", "children"), ("one", "security"),
    ]  # fmt: skip
    db.close()


def test_acts_of_older_schemas_that_tell_no_regulator_are_found_by_that():
    db = migrate_to("m019_sums_of_no_regulator")
    db.execute("pragma foreign_keys = off")
    db.execute("""insert into actions (id, article, position, regulator, status, background, confidence, pipeline) values
        ('told', 'x', 1, 'fr-cnil', 'decided', 0, 1, 'p'), ('untold', 'x', 2, null, 'decided', 0, 1, 'p')""")
    db.execute("""insert into action_keys (key, day, action) values ('sum fr-cnil 5 EUR', 1, 'told'), ('sum 5 EUR', 1, 'told'),
        ('sum 5 EUR', 1, 'untold'), ('half sum 5 EUR', 1, 'untold'), ('company shop', 1, 'untold')""")
    migrations.apply(db)
    assert db.execute("select key, action from action_keys where key like '%sum - %' order by key").fetchall() == [
        ("half sum - 5 EUR", "untold"), ("sum - 5 EUR", "untold"),
    ]  # fmt: skip
    db.close()
