"""Which law an article belongs to, and whether the text says it was breached."""

import pytest


def read(component, lang, text):
    doc = component(lang, "provisions")(text)
    for mention in doc._.dpawatch_provisions:
        assert text[slice(*mention.span)]
    return {(m.id, m.role) for m in doc._.dpawatch_provisions}


ROLES = [
    # plain breach, law behind the list
    (
        "en",
        "The office found that the chain had violated Articles 13 and 14 of the GDPR.",
        {("GDPR:13", "violated"), ("GDPR:14", "violated")},
    ),
    # the law before the article
    ("en", "It breached GDPR Article 32.", {("GDPR:32", "violated")}),
    # UK GDPR is another law
    ("en", "The regulator found an infringement of Article 5(1)(f) UK GDPR.", {("UKGDPR:5(1)(f)", "violated")}),
    # the provision the authority acts on
    ("en", "Acting under Article 58(2)(f) GDPR, it banned the processing.", {("GDPR:58(2)(f)", "power")}),
    # negation
    ("en", "The court saw no breach of Article 6(1) GDPR.", {("GDPR:6(1)", "cited")}),
    # somebody only says so
    ("en", "The group alleges a violation of Article 9 GDPR.", {("GDPR:9", "alleged")}),
    # an article without its law takes the law named before
    ("en", "The GDPR applies. The firm infringed Article 33.", {("GDPR:33", "violated")}),
    # German: the verb comes last
    ("de", "Das Unternehmen habe gegen Art. 32 Abs. 1 DSGVO verstoßen.", {("GDPR:32(1)", "violated")}),
    (
        "fr",
        "La formation a relevé des manquements aux articles 12 et 13 du RGPD.",
        {("GDPR:12", "violated"), ("GDPR:13", "violated")},
    ),
    ("es", "La empresa vulneró el artículo 5.1.f) del RGPD.", {("GDPR:5(1)(f)", "violated")}),
    (
        "it",
        "È stata accertata la violazione degli artt. 5, par. 1, lett. a), e 6 del Regolamento.",
        {("GDPR:5(1)(a)", "violated"), ("GDPR:6", "violated")},
    ),
    ("nl", "Het bedrijf handelde in strijd met artikel 6, lid 1, AVG.", {("GDPR:6(1)", "violated")}),
    ("pl", "Spółka naruszyła art. 32 ust. 1 i 2 RODO.", {("GDPR:32(1)", "violated"), ("GDPR:32(2)", "violated")}),
    ("pt", "A empresa violou o artigo 32.º do RGPD.", {("GDPR:32", "violated")}),
    # a bare law counts when no article of it is cited
    ("en", "The app violated COPPA.", {("COPPA", "violated")}),
    ("en", "Section 5 of the FTC Act was cited.", {("FTC-Act:5", "cited")}),
    # a law the gazetteer does not hold stays unread
    ("en", "Article 8 of the Charter protects data.", set()),
    ("en", "regulation 22 of PECR was breached", {("GB-PECR:22", "violated")}),
    ("en", "a breach of Article 82 of the French Data Protection Act", {("FR-LIL:82", "violated")}),
    # a list that goes on behind its law, and a comment in brackets inside another
    (
        "en",
        "It violated Articles 24(1) GDPR, 25(1) and 25(2) GDPR.",
        {("GDPR:24(1)", "violated"), ("GDPR:25(1)", "violated"), ("GDPR:25(2)", "violated")},
    ),
    (
        "en",
        "It violated Article 5(2) (accountability) and 24 GDPR.",
        {("GDPR:5(2)", "violated"), ("GDPR:24", "violated")},
    ),
    ("de", "ein Verstoß gegen § 25 TDDDG", {("DE-TDDDG:25", "violated")}),
]


@pytest.mark.parametrize(("lang", "text", "expected"), ROLES)
def test_law_and_role(component, lang, text, expected):
    assert read(component, lang, text) == expected


def test_items_of_a_list_take_the_verb_of_the_line_that_opens_it(component):
    text = (
        "The inspectors noted two breaches of the GDPR:\n"
        "- no valid ground (Article 6);\n"
        "- requests left unanswered (Articles 12 and 15)."
    )
    assert read(component, "en", text) == {("GDPR:6", "violated"), ("GDPR:12", "violated"), ("GDPR:15", "violated")}


FORMS = [
    # the Cnil's hyphens, and those of a range
    ("fr", "un manquement aux articles 5-1-e), 13, 28-3 et 32 du RGPD", "GDPR:5(1)(e) GDPR:13 GDPR:28(3) GDPR:32"),
    ("pl", "naruszenie art. 12-14 RODO", "GDPR:12 GDPR:13 GDPR:14"),
    ("fr", "l'article 22-1 de la loi Informatique et Libertés", "FR-LIL:22-1"),
    # "bis" between two numbers is a range, behind one it is part of it
    ("de", "Verstoß gegen Art. 12 bis 14 DSGVO", "GDPR:12 GDPR:13 GDPR:14"),
    ("it", "l'art. 2-septies, comma 8, del Codice privacy", "IT-Codice:2-septies(8)"),
    ("it", "gli artt. da 12 a 14 del GDPR", "GDPR:12 GDPR:13 GDPR:14"),
    # paragraphs by their ordinals
    ("nl", "de artikelen 12, eerste lid, en 13, tweede lid, onder a, AVG", "GDPR:12(1) GDPR:13(2)(a)"),
    # each list behind a law has its own
    ("it", "gli artt. 88 del GDPR e 113 del Codice privacy", "GDPR:88 IT-Codice:113"),
    # an abbreviation of a law that nobody knows; of the one that everybody misspells
    ("es", "el artículo 48.1.b) de la LPIOC", ""),
    ("en", "a breach of Article 32 of the GPDR", "GDPR:32"),
]


@pytest.mark.parametrize(("lang", "text", "ids"), FORMS)
def test_forms_of_citations(component, lang, text, ids):
    assert {i for i, _ in read(component, lang, text)} == set(ids.split())


def test_what_a_range_only_means_stands_in_the_whole_of_it(component):
    text = "Articles 15 to 17 GDPR"
    mentions = component("en", "provisions")(text)._.dpawatch_provisions
    assert {m.id: text[slice(*m.span)] for m in mentions} == {
        "GDPR:15": text[:-5],
        "GDPR:16": text[:-5],
        "GDPR:17": text[:-5],
    }
