"""The statements of migrations m013 (events, contradictions, reasons for what is missing, history) and m014 (happenings)."""

from __future__ import annotations

# the fields of cases whose versions the view of m013 shows; a further one needs a migration
_FIELDS = (
    "regulator", "title", "respondents", "status", "decided", "annulled", "amount", "currency", "amount_before",
    "amount_eur", "fx_rate", "fx_date", "regulator_missing", "respondents_missing", "decided_missing",
    "amount_missing", "amount_eur_missing",
)  # fmt: skip
_VERSIONS = """
select entity_id as case_id, field, old as value,
    (select max(changed) from history as earlier where earlier.entity = 'case' and earlier.entity_id = history.entity_id
        and earlier.field in (history.field, 'id') and earlier.id < history.id) as valid_from,
    changed as valid_to
from history where entity = 'case' and field <> 'id'
"""
_CURRENT = """
select cases.id, '{field}', cases.{field},
    (select max(changed) from history where entity = 'case' and entity_id = cases.id and field in ('{field}', 'id')), null
from cases
"""

# The sentence that states a value: of the action's evidence the first with a mention of it, else the most telling one.
_SPAN = """coalesce((
    select action_evidence.{edge} from action_evidence join mentions on mentions.article = {action}.article
        and mentions.start >= action_evidence.start and mentions."end" <= action_evidence."end"
    where action_evidence.action = {action}.id
        and mentions.kind = case field when 'amount' then 'amount' when 'decided' then 'date' else 'company' end
        and instr('; ' || {value} || '; ', '; ' || mentions.entity || '; ') > 0
    order by action_evidence.start, action_evidence."end" limit 1), {action}.evidence_{edge_of_action})"""
_SIDES = {"": ("believed", "value"), "other_": ("rival", "other_value")}
_QUOTES = ", ".join(
    f"{action}.article as {side}article, "
    + _SPAN.format(action=action, value=value, edge="start", edge_of_action="start")
    + f" as {side}start, "
    + _SPAN.format(action=action, value=value, edge='"end"', edge_of_action="end")
    + f' as "{side}end"'
    for side, (action, value) in _SIDES.items()
)

M013 = [
    "alter table actions add column amount_missing text",
    "alter table actions add column amount_eur_missing text",
    """update actions set amount_missing = case when exists (select 1 from action_sanctions where action = actions.id
            and sanction in ('fine', 'settlement', 'penalty-payment', 'intent-to-fine', 'fine-reduced', 'fine-annulled'))
        then 'not-stated' else 'none' end where amount is null""",
    """update actions set amount_eur_missing = coalesce(amount_missing, case when decision_date is null and exists (
            select 1 from articles where id = actions.article and (published is null or published_origin is 'fetched'))
        then 'no-date' else 'no-rate' end) where amount_eur is null""",
    *(
        f"alter table cases add column {column}"
        for column in (
            "annulled text", "amount_before numeric", "fx_rate numeric", "fx_date text", "regulator_missing text",
            "respondents_missing text", "decided_missing text", "amount_missing text", "amount_eur_missing text",
        )
    ),
    "alter table case_events add column action text references actions(id) on delete cascade",
    "alter table case_events add column date_origin text",
    "alter table case_events add column amount numeric",
    "alter table case_events add column currency text",
    "alter table case_events add column rank integer",
    "alter table case_events add column told_by integer",
    "create index case_events_action on case_events(action)",
    """create table case_contradictions (
        case_id text not null references cases(id) on delete cascade, field text not null,
        action text not null references actions(id) on delete cascade,
        other_action text not null references actions(id) on delete cascade,
        value text not null, other_value text not null, primary key (case_id, field, action, other_action)
    ) without rowid""",
    "create index case_contradictions_action on case_contradictions(action)",
    "create index case_contradictions_other_action on case_contradictions(other_action)",
    f"""create view contradiction_quotes as select case_id, field, value, other_value, {_QUOTES}
        from case_contradictions join actions as believed on believed.id = action
        join actions as rival on rival.id = other_action""",  # noqa: S608 (constants of this module)
    # values keep the type they had in their table: "2021" is a date, 2021 a sum
    """create table history (
        id integer primary key, entity text not null, entity_id text not null, field text not null, old, new,
        changed text not null, cause_kind text not null, cause text
    )""",
    "create index history_entity_entity_id_field_changed on history(entity, entity_id, field, changed)",
    "create index history_changed on history(changed) where field = 'id'",
    # of cases made before it is only known that the last run that ended left them as they are
    """insert into history (entity, entity_id, field, new, changed, cause_kind, cause)
        select 'case', id, 'id', id, coalesce((select max(finished) from runs), last_seen, ''), 'rebuild', null
        from cases order by id""",
    f"create view case_versions as {' union all '.join([_VERSIONS, *(_CURRENT.format(field=f) for f in _FIELDS)])}",
    "insert or ignore into stale_actions (action) select id from actions",
]  # fmt: skip

M014 = [
    """create table action_happenings (
        action text not null references actions(id) on delete cascade, kind text not null, date text,
        start integer not null, "end" integer not null, primary key (action, kind, start, "end")
    )""",
    "create index action_happenings_kind on action_happenings(kind)",
]
