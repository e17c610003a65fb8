from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from db.companies.groups import Group, Member
from db.companies.known import store_groups
from db.companies.settling import drop_unused_companies, settle_companies

GROUPS = (
    Group("meta", "Meta", country="US", wikidata="Q380", aliases=("Meta Platforms, Inc.",), former=("Facebook",), members=(
        Member("meta-platforms-ireland", "Meta Platforms Ireland", "IE", ("Meta Ireland",), ("Facebook Ireland",)),
        Member("whatsapp", "WhatsApp", "US"),
        Member("whatsapp-ireland", "WhatsApp Ireland", "IE"),
    )),
    Group("vodafone", "Vodafone", country="GB", members=(
        Member("vodafone-espana", "Vodafone España", "ES"), Member("vodafone-germany", "Vodafone GmbH", "DE"),
    )),
)  # fmt: skip


@pytest.fixture
def groups(db: Database) -> tuple[Group, ...]:
    store_groups(db, GROUPS)
    return GROUPS


@pytest.fixture
def settle(db: Database, now: Any) -> Any:
    """Return a function that settles names and returns the company of each."""

    def run(into: Database = db) -> dict[str, str]:
        settle_companies(into, now)
        drop_unused_companies(into)
        return dict(into.execute("select key, company from company_names where origin <> 'data'").fetchall())

    return run


@pytest.fixture
def report(read: Any, make_action: Any) -> Any:
    """Return a function that stores an article on a fine of a company, whose text begins with its name."""

    def store(key: str, *names: str, regulator: str = "fr-cnil", amount: str = "1000", **changes: Any) -> str:
        actions = [make_action(regulator, name, amount=amount, decision_date="2024-01-10") for name in names]
        return str(read(key, *actions, **changes))

    return store
