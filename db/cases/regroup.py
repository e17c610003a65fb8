"""One pass over what changed: which matters it touches, and what acts and articles each of them holds now.

Acts look only at those they have a key in common with (db.cases.blocking). A matter all of whose acts stayed as they
were keeps its case; any other is made anew from all acts that it could be made of, so that the result is that of making
all cases from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from db.cases.actions import ActionRow, Sort, load_actions
from db.cases.blocking import (
    Words,
    bucket_keys,
    company_keys,
    find_by_keys,
    find_near,
    find_within,
    halves,
    matching_sum_keys,
    name_keys,
    store_keys,
    sum_keys,
)
from db.cases.grouping import choose_matter, group_actions, may_join
from db.cases.matching import AFTER_DECISION, NEAR, OTHER_AMOUNT, Compare, Matter, are_linked, least_shared, order_of
from db.cases.periods import CLOSE
from db.cases.retelling import Candidate, choose_retold, nearness
from db.companies.decisions import is_apart
from db.values import json_list

# An act needs only one link to a matter, and a text has few that it could be linked to.
_MOST_LINKS = 20


@dataclass(slots=True, eq=False)
class Draft:
    """A case to be: the acts that make it, those that join it, what only recalls it, and articles that retell it."""

    matter: Matter
    case: str | None = None
    # what made it before: nothing where it is new, None where another case was that is made anew
    before: Matter | None = None
    # the acts that make it and did not before
    fresh: list[ActionRow] = field(default_factory=list)
    joined: dict[str, ActionRow] = field(default_factory=dict)
    recalled: dict[str, ActionRow] = field(default_factory=dict)
    articles: set[str] = field(default_factory=set)

    @property
    def actions(self) -> list[ActionRow]:
        """Return the acts that the case's facts are read from, by date."""
        return sorted([*self.matter.actions, *self.joined.values()], key=order_of)

    @property
    def drawing(self) -> list[ActionRow]:
        """Return the acts whose articles may draw others to the case now: those new to it, or all where its days are others."""
        old, new = self.before, self.matter
        same_days = old is not None and (old.span, old.decided) == (new.span, new.decided)
        return self.fresh if same_days and self.fresh else self.matter.actions

    def concerns(self, action: ActionRow, compare: Compare) -> bool:
        """Tell whether the matter of an act may be another one because of what the case is made of now."""
        return self.before is None or any(may_join(action, matter, compare) for matter in (self.matter, self.before))


class Regroup:
    """The cases that stale acts, articles and cases touch."""

    def __init__(self, db: Database, actions: set[str], articles: set[str], cases: set[str]) -> None:
        self.db = db
        self.words = Words(db)
        self.acts: dict[str, ActionRow] = {}
        self.groups_of: dict[str, set[str]] = {}
        self.stale = {a.id: a for a in self._load(actions)}
        self.stale_articles = self._existing(articles)
        # cases that are made anew, and all that belonged to them
        self.dissolved: set[str] = set(cases)
        self.touched: dict[int, Draft] = {}
        # articles of acts that have, or may have, another case now
        self.moved: set[str] = set()
        # None for acts that have left the case they are stored in
        self.of_action: dict[str, Draft | None] = {}
        self.kept: dict[str, Draft] = {}
        # cases whose acts went into others, and the articles of those that were to be made anew from the beginning
        self.gone: list[Draft] = []
        self.unsettled = self._told_by(cases)

    def run(self) -> list[Draft]:
        """Return the cases to be that differ, or may differ, from those stored; `dissolved` holds the ids they replace."""
        store_keys(self.db, self.stale.values())
        for article in sorted(self.stale_articles | {a.article for a in self.stale.values()}):
            self.words.store(article)
        for action in sorted(self.stale.values(), key=order_of):
            self._store_links(action)
        # an act whose party has another name now may leave others behind in its case
        members = self._members(self.dissolved | set(self._cases_of(self.stale).values()))
        changed = self._make_anchored([*self._of_sort("anchored"), *(a for a in members if a.sort == "anchored")])
        changed = self._make_loose(changed, [a for a in members if a.sort == "loose"])
        self._join_rest(changed)
        return list(self.touched.values())

    # acts

    def _existing(self, articles: set[str]) -> set[str]:
        sql = "select id from articles where id in (select value from json_each(?))"
        return {i for (i,) in self.db.execute(sql, [json_list(articles)])}

    def _load(self, ids: Iterable[str]) -> list[ActionRow]:
        wanted = set(ids)
        missing = [i for i in wanted if i not in self.acts]
        for action in load_actions(self.db, missing) if missing else ():
            self.acts[action.id] = action
        return [self.acts[i] for i in sorted(wanted) if i in self.acts]

    def _of_sort(self, sort: Sort) -> list[ActionRow]:
        return [a for a in self.stale.values() if a.sort == sort]

    def _members(self, cases: Iterable[str]) -> list[ActionRow]:
        sql = "select action from case_actions where case_id in (select value from json_each(?))"
        return self._load(i for (i,) in self.db.execute(sql, [json_list(cases)]))

    def _articles_of(self, cases: Iterable[str]) -> set[str]:
        sql = "select article from case_articles where kind = 'content' and case_id in (select value from json_each(?))"
        return {i for (i,) in self.db.execute(sql, [json_list(cases)])}

    def _told_by(self, cases: Iterable[str]) -> set[str]:
        sql = "select article from case_articles where case_id in (select value from json_each(?))"
        return {i for (i,) in self.db.execute(sql, [json_list(cases)])}

    def _actions_of(self, articles: Iterable[str]) -> list[ActionRow]:
        sql = "select id from actions where article in (select value from json_each(?))"
        return self._load(i for (i,) in self.db.execute(sql, [json_list(set(articles))]))

    def _cases_of(self, actions: Iterable[str]) -> dict[str, str]:
        sql = (
            "select action, case_id from case_actions where action in (select value from json_each(?)) order by case_id"
        )
        return dict(self.db.execute(sql, [json_list(actions)]).fetchall())

    def _companies_in(self, article: str) -> set[str]:
        sql = "select distinct entity from mentions where article = ? and +kind = 'company'"
        return {company for (company,) in self.db.execute(sql, [article])}

    # links between acts that call their party otherwise

    def _store_links(self, action: ActionRow) -> None:
        self.db.execute("delete from action_links where action = ? or other = ?", [action.id, action.id])
        if not action.regulator or action.sort == "attached":
            return
        keys = [*sum_keys(action)[:1], *name_keys(action)]
        near = self._load(find_near(self.db, action, keys, OTHER_AMOUNT))
        near += self._actions_of(self.words.near(action.article))
        found = 0
        for other in sorted({o.id: o for o in near}.values(), key=order_of):
            if found < _MOST_LINKS and self._is_linked(action, other):
                pair = sorted((action.id, other.id))
                self.db.execute("insert or ignore into action_links (action, other) values (?, ?)", pair)
                found += 1

    def _is_linked(self, a: ActionRow, b: ActionRow) -> bool:
        if a.sort != b.sort or (a.respondents and not set(a.groups).isdisjoint(b.groups)):
            return False
        if least_shared(a, b) is None:  # asks no table, and says no to most
            return False
        if a.respondents and (self._names_party(b.article, a) or self._names_party(a.article, b)):
            return False
        # a person's word that two are two goes before what texts share
        if any(is_apart(self.db, one, other) for one in a.respondents for other in b.respondents):
            return False
        return are_linked(a, b, self.words.compare)

    def _names_party(self, article: str, action: ActionRow) -> bool:
        """Tell whether an article has an act against the act's party: then it is of that act that the two are, if any."""
        if article not in self.groups_of:
            self.groups_of[article] = {group for other in self._actions_of([article]) for group in other.groups}
        return not self.groups_of[article].isdisjoint(action.groups)

    def _links_of(self, ids: Iterable[str]) -> set[tuple[str, str]]:
        wanted = json_list(ids)
        sql = """select action, other from action_links where action in (select value from json_each(:ids))
            union select action, other from action_links where other in (select value from json_each(:ids))"""
        return set(self.db.execute(sql, {"ids": wanted}))

    # matters

    def _closure(self, seeds: Iterable[ActionRow], sort: Sort) -> list[list[ActionRow]]:
        """Return all acts of a sort that the seeds can be one matter with, directly or by others, as connected groups."""
        groups: list[list[ActionRow]] = []
        seen: set[str] = set()
        used_keys: set[str] = set()
        for seed in sorted(seeds, key=order_of):
            if seed.id in seen:
                continue
            group, frontier = [], [seed]
            seen.add(seed.id)
            while frontier:
                group += frontier
                keys = {key for a in frontier for key in bucket_keys(a)} - used_keys
                used_keys |= keys
                ids = find_by_keys(self.db, keys) if keys else set()
                ids |= {i for pair in self._links_of(a.id for a in frontier) for i in pair}
                frontier = [a for a in self._load(ids - seen) if a.sort == sort]
                seen |= {a.id for a in frontier}
            groups.append(group)
        return groups

    def _make_anchored(self, seeds: list[ActionRow]) -> list[Draft]:
        changed = []
        for group in self._closure(seeds, "anchored"):
            matters = group_actions(group, self._links_of(a.id for a in group))
            changed += self._place(matters, self._cases_of(a.id for a in group))
        return changed

    def _place(self, matters: list[Matter], cases: dict[str, str]) -> list[Draft]:
        """Return drafts of the matters that are no stored case as it stands; what only grew keeps its case and the rest of it."""
        of_case = {case: {a.id for a in self._members([case]) if a.sort == "anchored"} for case in set(cases.values())}
        changed = []
        for matter in matters:
            ids = {a.id for a in matter.actions}
            held = {cases[i] for i in ids if i in cases}
            (only,) = held if len(held) == 1 else (None,)
            stays = only and of_case[only] <= ids and not of_case[only] & self.stale.keys()
            if only and stays and only not in self.dissolved:
                draft, before = self._keep(only), of_case[only]
                draft.before, draft.matter = draft.matter, matter
            else:
                anew = held or not self.unsettled.isdisjoint(a.article for a in matter.actions)
                draft, before = Draft(matter, before=None if anew else Matter()), set[str]()
                self.dissolved |= held
            draft.fresh = [a for a in matter.actions if a.id not in before]
            if draft.fresh:
                changed.append(draft)
                self._touch(draft)
                self.of_action |= dict.fromkeys(ids, draft)
        return changed

    def _touch(self, draft: Draft) -> None:
        self.touched[id(draft)] = draft

    def _put(self, action: ActionRow, draft: Draft) -> ActionRow:
        self.of_action[action.id] = draft
        self._touch(draft)
        return action

    def _draft_of(self, action: ActionRow) -> Draft | None:
        """Return the case to be of an act: one made in this pass, or the stored one it is in."""
        if action.id in self.of_action:
            return self.of_action[action.id]
        case = self._cases_of([action.id]).get(action.id)
        return self._keep(case) if case and case not in self.dissolved else None

    def _keep(self, case: str) -> Draft:
        """Return a stored case as a draft, with all that belongs to it."""
        if case in self.kept:
            return self.kept[case]
        members = self._members([case])
        core = [a for a in members if a.sort == "anchored"] or [a for a in members if a.sort == "loose"]
        draft = Draft(Matter(), case)
        for action in sorted(core, key=order_of):
            draft.matter.add(action)
        for action in members:
            self.of_action.setdefault(action.id, draft)
        making = {a.id for a in core}
        rest = [a for a in members if a.id not in making]
        draft.joined = {a.id: a for a in rest if a.sort == "loose"}
        draft.recalled = {a.id: a for a in rest if a.sort == "attached"}
        draft.articles = self._articles_of([case])
        self.kept[case] = draft
        return draft

    # what joins matters

    def _make_loose(self, changed: list[Draft], members: list[ActionRow]) -> list[Draft]:
        seeds = [*self._of_sort("loose"), *members, *(a for a in self._members(self.dissolved) if a.sort == "loose")]
        seeds += [a for draft in changed for a in draft.joined.values()]
        seeds += self._around(changed, "loose")
        rest = []
        for group in self._closure(seeds, "loose"):
            stored = self._cases_of(action.id for action in group)
            for action in group:
                self._leave(action)
            alone = []
            for action in sorted(group, key=order_of):
                found = self._choose(action, "anchored")
                if found is None:
                    alone.append(action)
                else:
                    found.joined[action.id] = self._put(action, found)
                if found is None or found.case is None or found.case != stored.get(action.id):
                    self.moved.add(action.article)
            rest += self._place(group_actions(alone, self._links_of(a.id for a in alone)), {})
        return [*changed, *rest]

    def _around(self, changed: Iterable[Draft], sort: Sort) -> list[ActionRow]:
        """Return the acts of a sort that may join the changed matters, or may not any more: these reach further than before."""
        found: dict[str, ActionRow] = {}
        for draft in changed:
            acts, span = draft.matter.actions, draft.matter.span
            ids = find_within(self.db, span, halves({k for a in acts for k in company_keys(a)}), AFTER_DECISION)
            ids |= find_within(self.db, span, halves({k for a in acts for k in matching_sum_keys(a)}), CLOSE)
            for article in {a.article for a in draft.drawing}:
                ids |= {a.id for a in self._actions_of(self.words.near(article))}
            near = [a for a in self._load(ids - found.keys()) if a.sort == sort]
            found |= {a.id: a for a in near if draft.concerns(a, self.words.compare)}
        return list(found.values())

    def _leave(self, action: ActionRow) -> None:
        """Take an act that is looked at again out of the stored case that it had joined."""
        case = self._cases_of([action.id]).get(action.id)
        draft = self._keep(case) if case and case not in self.dissolved else None
        self.of_action[action.id] = None
        if draft is None:
            return
        if action.id in draft.joined or action.id in draft.recalled:
            draft.joined.pop(action.id, None)
            draft.recalled.pop(action.id, None)
            self._touch(draft)
        else:
            # it is one of those that make the case
            self.dissolved.add(draft.case or "")
            draft.before = Matter()
            self.gone.append(draft)
            del self.kept[draft.case or ""]
            self.touched.pop(id(draft), None)
            for other in self._members([draft.case or ""]):
                if self.of_action.get(other.id) is draft:
                    del self.of_action[other.id]

    def _choose(self, action: ActionRow, *sorts: Sort) -> Draft | None:
        # what only recalls an act, or changes it, may come years later
        days = AFTER_DECISION if action.is_late or action.background else NEAR
        near = find_near(self.db, action, company_keys(action), days)
        if not action.respondents:
            near |= find_near(self.db, action, matching_sum_keys(action), CLOSE)
            near |= {a.id for a in self._actions_of(self.words.near(action.article))}
        drafts = {id(d): d for a in self._load(near) if a.sort in sorts and (d := self._draft_of(a))}
        of_matter = {id(d.matter): d for d in drafts.values()}
        found = choose_matter(action, [d.matter for d in drafts.values()], self.words.compare)
        return of_matter[id(found)] if found else None

    def _join_rest(self, changed: list[Draft]) -> None:
        members = [a for a in self._members(self.dissolved) if a.sort == "attached"]
        members += [a for draft in changed for a in draft.recalled.values()]
        attached = [*self._of_sort("attached"), *members, *self._around([*changed, *self.gone], "attached")]
        stored = self._cases_of(action.id for action in attached)
        for action in sorted({a.id: a for a in attached}.values(), key=order_of):
            self._leave(action)
            found = self._choose(action, "anchored", "loose")
            if found:
                found.recalled[action.id] = self._put(action, found)
            # a case that is made in this pass has no id yet
            if (found.case or "" if found else None) != stored.get(action.id):
                self.moved.add(action.article)
        articles = self.stale_articles | self._articles_of(self.dissolved)
        told = {a.article for draft in changed for a in draft.fresh} | self.moved
        # what stated acts and states none now was told of, too
        for article in told | (self.stale_articles if self.dissolved else set()):
            articles |= {other for other in self.words.near(article) if nearness(other, article, self.words)}
        for article in sorted(articles):
            self._join_article(article)

    def _join_article(self, article: str) -> None:
        """Let an article that states no act of its own join the case whose articles tell the same, if one does clearly."""
        sql = "select case_id from case_articles where article = ? and kind = 'content'"
        for (case,) in self.db.execute(sql, [article]).fetchall():
            if case not in self.dissolved:
                told = self._keep(case)
                told.articles.discard(article)
                self._touch(told)
        if self._actions_of([article]):
            return
        named = self._companies_in(article)
        candidates = [
            Candidate(draft, action.article, not named.isdisjoint((*action.respondents, *action.groups)))
            for action in self._actions_of(self.words.near(article))
            if not action.background and (draft := self._draft_of(action))
        ]
        for found in choose_retold(article, candidates, self.words):
            found.articles.add(article)
            self._touch(found)
