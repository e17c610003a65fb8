"""What counts as found, missed and made up, on examples small enough to count by hand."""

import pytest

from benchmarks.counting import compare_analysis, count_checks, figures_of, same_company


def action(**changed):
    told = {
        "regulator": "fr-cnil",
        "respondents": ["Lumabraise"],
        "provisions": ["GDPR:32"],
        "sanctions": ["fine"],
        "amount": 5000,
        "currency": "EUR",
        "status": "decided",
        "background": False,
    }
    return told | changed


def gold(*actions, **changed):
    told = {"is_enforcement": True, "actions": list(actions), "mentioned": [], "complainants": [], "cited": []}
    return told | changed


def analysis(*actions, provisions=(), companies=(), is_enforcement=True):
    return {
        "is_enforcement": is_enforcement,
        "actions": list(actions),
        "provisions": [{"id": id_, "role": role} for id_, role in provisions],
        "companies": [{"name": name, "role": role} for name, role in companies],
    }


def misses(told, found):
    return sorted((c.field, c.measure) for c in compare_analysis(told, found) if not c.hit)


def figure(field, told, found):
    return figures_of(count_checks(compare_analysis(told, found)))[field]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lumabraise", "Lumabraise S.A.", True),  # legal form, stops
        ("LUMABRAISE Ltd", "Lumabraise", True),  # case
        ("Lumabraise", "Lumabraise Logistique", True),  # one within the other
        ("Brais", "Lumabraise", False),  # by whole words only
        ("Oro", "Oro Verde", False),  # three letters say too little
        ("Oro", "ORO", True),  # unless they are all there is
        ("GmbH", "AG", False),  # nothing but legal forms
    ],
)
def test_two_names_are_one_company(one, other, same):
    assert same_company(one, other) is same
    assert same_company(other, one) is same


def test_a_right_reading_has_no_miss():
    told = gold(action(), cited=["GDPR:83"], complainants=["Verein Tannwacht"], mentioned=["Kesselbau Ost"])
    found = analysis(
        action(respondents=["Lumabraise SAS"]),
        provisions=[("GDPR:32", "violated"), ("GDPR:83", "power")],
        companies=[("Verein Tannwacht", "complainant"), ("Kesselbau Ost", "processor"), ("Lumabraise", "respondent")],
    )
    assert misses(told, found) == []


def test_recall_and_precision_are_counted_apart():
    told = gold(action(respondents=["Lumabraise", "Norvent"]))
    found = analysis(action(respondents=["Norvent", "Kesselbau Ost", "Ajouterre"]))
    respondents = figure("respondents", told, found)
    assert (respondents.recall, respondents.precision, respondents.total) == (1 / 2, 1 / 3, 2)
    assert respondents.value == pytest.approx(0.4)


def test_nothing_found_is_worth_nothing():
    assert figure("amount", gold(action()), analysis()).value == 0
    assert figure("is_enforcement", gold(action()), analysis(is_enforcement=False)).value == 0


def test_an_earlier_matter_may_be_found_but_need_not_be():
    earlier = action(respondents=["Norvent"], amount=9000, provisions=["GDPR:5"], background=True)
    told = gold(action(), earlier)
    provisions = [("GDPR:32", "violated")]
    assert misses(told, analysis(action(), provisions=provisions)) == []
    with_earlier = analysis(
        action(),
        earlier,
        provisions=[*provisions, ("GDPR:5", "violated")],
        companies=[("Norvent", "mentioned")],
    )
    assert misses(told, with_earlier) == []


def test_a_sum_in_another_currency_is_missed_and_made_up():
    found = analysis(action(currency="USD"), provisions=[("GDPR:32", "violated")])
    assert misses(gold(action()), found) == [("amount", "precision"), ("amount", "recall")]


@pytest.mark.parametrize(
    ("provisions", "expected"),
    [
        ([("GDPR:32", "violated")], []),
        ([("GDPR:32", "alleged")], []),  # whether a breach is found or alleged is not told apart
        ([("GDPR:32", "cited")], [("violated", "recall")]),
        ([("GDPR:32(1)", "violated")], ["provisions", "violated"]),  # to the letter
        ([("GDPR:32", "violated"), ("GDPR:15", "violated")], [("violated", "precision")]),
        ([("GDPR:32", "violated"), ("GDPR:15", "alleged")], []),
    ],
)
def test_a_provision_is_found_and_its_role_told(provisions, expected):
    found = misses(
        gold(action(), cited=["GDPR:15"]), analysis(action(), provisions=[*provisions, ("GDPR:15", "cited")])
    )
    if expected and isinstance(expected[0], str):
        expected = [(field, measure) for field in expected for measure in ("precision", "recall")]
    assert found == expected


def test_of_a_hard_negative_the_roles_of_provisions_are_not_measured():
    told = gold(is_enforcement=False, cited=["GDPR:82"])
    found = analysis(is_enforcement=False, provisions=[("GDPR:82", "violated")])
    assert {c.field for c in compare_analysis(told, found)} == {"is_enforcement", "negatives", "provisions"}


def test_a_hard_negative_taken_for_a_measure_counts_twice():
    assert misses(gold(is_enforcement=False), analysis(is_enforcement=True)) == [
        ("is_enforcement", "right"),
        ("negatives", "right"),
    ]


def test_a_bystander_read_as_complainant_is_missed_and_made_up():
    told = gold(is_enforcement=False, mentioned=["Kesselbau Ost"])
    found = analysis(is_enforcement=False, companies=[("Kesselbau Ost", "complainant")])
    assert misses(told, found) == [("complainants", "precision"), ("mentioned", "recall")]


@pytest.mark.parametrize(
    ("changed", "whole"),
    [
        ({}, True),
        ({"status": "appealed"}, True),  # measured by itself
        ({"respondents": ["Norvent", "Lumabraise"]}, True),
        ({"sanctions": ["fine", "reprimand"]}, True),
        ({"regulator": "be-apd"}, False),
        ({"regulator": None}, False),
        ({"respondents": []}, False),
        ({"amount": 50000}, False),
        ({"amount": None}, False),
        ({"sanctions": ["reprimand"]}, False),
    ],
)
def test_an_action_is_whole_or_not(changed, whole):
    assert figure("whole_action", gold(action()), analysis(action(**changed))).value == whole


def test_parts_of_two_actions_are_no_whole_one():
    found = analysis(action(amount=None), action(respondents=["Norvent"]))
    assert figure("whole_action", gold(action()), found).value == 0


def test_the_status_is_measured_where_there_is_one_matter():
    found = analysis(action(status="appealed"))
    assert figure("status", gold(action()), found).value == 0
    two = figures_of(count_checks(compare_analysis(gold(action(), action(amount=7)), found)))
    assert "status" not in two


def test_a_measure_of_no_listed_kind_is_neither_missed_nor_made_up():
    found = analysis(action(sanctions=["fine"]), provisions=[("GDPR:32", "violated")])
    assert misses(gold(action(sanctions=["fine", "other"])), found) == []
    told = gold(action(sanctions=["other"]))
    assert figure("whole_action", told, analysis(action(sanctions=[]))).value == 1
