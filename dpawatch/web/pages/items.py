"""What a case needs to be listed, in SQL and as rows: the same on every page."""

from __future__ import annotations

import json
from typing import Any

from dpawatch.wording import provision_key

Row = dict[str, Any]

# What a case needs to be listed: its row, its regulator's names, sanctions, and the provisions found violated.
CASE_ITEM = """
    cases.id, cases.title, cases.respondents, cases.status, cases.decided, cases.amount, cases.currency,
    cases.amount_eur, cases.first_seen, cases.last_seen, cases.articles, cases.regulator,
    regulators.name as regulator_name, regulators.abbreviation as regulator_abbreviation, regulators.country,
    (select json_group_array(sanction) from case_sanctions where case_id = cases.id) as sanctions,
    (select json_group_array(provision) from case_provisions where case_id = cases.id and role = 'violated')
        as provisions
"""
# The sentence that is quoted in a list: the earliest event's.
QUOTE = """
    (select substr(articles.text, case_events.start + 1, case_events."end" - case_events.start)
     from case_events join articles on articles.id = case_events.article
     where case_events.case_id = cases.id and case_events.start is not null
     order by case_events.date, case_events.id limit 1) as quote
"""


def read_items(rows: list[Row]) -> list[Row]:
    """Return case rows with their JSON arrays read into lists."""
    return [
        row
        | {
            "sanctions": json.loads(row["sanctions"]),
            "provisions": sorted(json.loads(row["provisions"]), key=provision_key),
        }
        for row in rows
    ]
