"""What comes in: methods that are not known, prefixes of addresses, pages that nobody needs."""

import asyncio
import re

import pytest
from datasette.app import Datasette

PAGES = ["/", "/cases", "/cases.csv", "/case/hostile", "/search", "/privacy", "/privacy/cases", "/privacy/cases/hostile",
         "/privacy/largest-fines", "/-/versions.json", "/-/dashboards/fines", "/-/static/app.css", "/nothing/at/all"]  # fmt: skip


@pytest.fixture(scope="module")
def ask(database_path):
    """Return a function that asks with any method, as a stranger would."""
    site = Datasette([str(database_path)], cors=True)
    yield lambda method, path, **rest: asyncio.run(site.client.request(method, path, **rest))
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "x"])
@pytest.mark.parametrize("path", PAGES)
def test_a_method_that_writes_is_refused(ask, path, method):
    answer = ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_what_is_known_is_told_in_short(ask, path):
    answer = ask("OPTIONS", path)
    assert (answer.status_code, answer.content, answer.headers["allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_what_is_posted_to_says_so(ask):
    assert ask("OPTIONS", "/privacy/companies/-/reconcile").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert ask("PUT", "/privacy/companies/-/reconcile").status_code == 405
    assert ask("OPTIONS", "/-/mcp").headers["allow"] == "OPTIONS, POST"
    assert ask("DELETE", "/-/mcp").status_code == 405


@pytest.mark.parametrize("path", ["/", "/cases", "/privacy/cases.json", "/privacy/cases"])
def test_a_head_is_answered(ask, path):
    assert ask("HEAD", path).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["databases", "threads", "plugins", "settings", "config", "allow-debug", "messages", "patterns", "permissions"],
)
@pytest.mark.parametrize("ending", ["", ".json"])
def test_pages_about_the_machine_are_not_shown(get, name, ending):
    assert get(f"/-/{name}{ending}").status_code == 404


@pytest.mark.parametrize("ending", ["", ".json"])
def test_the_versions_are(get, ending):
    assert get(f"/-/versions{ending}").status_code == 200


@pytest.fixture(scope="module")
def get_below(database_path):
    """Return a function that asks a site below a path of its host."""
    site = Datasette([str(database_path)], settings={"base_url": "/watch/"})
    yield lambda path: asyncio.run(site.client.get(path))
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


LINK = re.compile(r'(?:href|src|action|content)="(?:http://localhost)?(/[^"]*)"')


@pytest.mark.parametrize("path", [*PAGES[:10], "/privacy/cases?_size=2&_facet=status", "/privacy/articles?_size=2"])
def test_every_link_has_the_prefix_once(get_below, path):
    answer = get_below(path)
    links = {link.replace("&amp;", "&") for link in LINK.findall(answer.text)}
    assert [link for link in links if not link.startswith("/watch/") or link.startswith("/watch/watch/")] == []
    assert "/watch/watch" not in answer.text + str(answer.headers)
    assert [link for link in sorted(links)[:25] if get_at(get_below, link).status_code >= 400] == []


def get_at(get, link):
    """Return the answer at a link that has the prefix."""
    return get(link.removeprefix("/watch"))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/watch", "/watch/"),
        ("/watch/privacy/cases/", "/watch/privacy/cases"),
        ("/watch/privacy/a%20b", "/watch/privacy/a~20b"),
        ("/watch/case/fr-cnil-2019-unknown", "/watch/case/fr-cnil-2019-google"),
    ],
)
def test_where_the_site_leads_has_the_prefix(database_path, path, place):
    site = Datasette([str(database_path)], settings={"base_url": "/watch/"})
    answer = asyncio.run(site.client.request("GET", path, avoid_path_rewrites=True))
    assert answer.status_code in (301, 302)
    assert answer.headers["location"] == place
    assert asyncio.run(site.client.request("GET", "/cases", avoid_path_rewrites=True)).status_code == 200
    for database in site.databases.values():
        database.close()
    site.executor.shutdown()


def test_a_name_that_only_begins_like_the_prefix_is_another(get_from, database_path):
    get = get_from([database_path], settings={"base_url": "/priv/"})
    assert get("/privacy/cases.json").json()["table"] == "cases"
    assert get("/privacy/largest-fines.json").status_code == 200
