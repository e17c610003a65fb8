"""Breached, alleged, or only cited: what the sentence around a citation says of it, in each first-class language."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

ROLES = [
    # the ground of a sanction in brackets, without any word for a breach
    ("en", "The watchdog fined the shop 5,000 euros for keeping old orders (Article 17 GDPR).", "violated"),
    ("de", "Wegen fehlender Löschung (Art. 17 DSGVO) muss der Laden 5.000 Euro zahlen.", "violated"),
    ("fr", "La boutique écope d'une amende pour avoir gardé les commandes (article 17 du RGPD).", "violated"),
    ("es", "Sancionan a la tienda por guardar los pedidos (artículo 17 del RGPD).", "violated"),
    ("it", "Il negozio è stato sanzionato per aver conservato gli ordini (art. 17 del Regolamento).", "violated"),
    ("nl", "De winkel krijgt een boete omdat bestellingen bewaard bleven (artikel 17 AVG).", "violated"),
    ("pl", "Sklep ukarano za przechowywanie zamówień (art. 17 RODO).", "violated"),
    ("pt", "A loja pagou uma coima por guardar as encomendas (artigo 17.º do RGPD).", "violated"),
    # brackets without a sanction only cite
    ("en", "Anyone may ask for erasure (Article 17 GDPR).", "cited"),
    ("de", "Jeder kann Löschung verlangen (Art. 17 DSGVO).", "cited"),
    # words for a breach
    ("en", "Its practice was not compliant with Article 17 GDPR.", "violated"),
    ("de", "Die Praxis entsprach nicht Art. 17 DSGVO.", "violated"),
    ("fr", "L'article 17 du RGPD n'a pas été respecté.", "violated"),
    ("es", "La tienda quebrantó el artículo 17 del RGPD.", "violated"),
    ("it", "La prassi contrasta con l'art. 17 del Regolamento.", "violated"),
    ("nl", "De werkwijze levert strijd op met artikel 17 AVG.", "violated"),
    ("pl", "Sklep nie spełnił obowiązku z art. 17 RODO.", "violated"),
    ("pt", "O tratamento fez-se em afronta ao artigo 17.º do RGPD.", "violated"),
    # "not only" denies nothing
    ("en", "It not only breached Article 17 GDPR but also lied.", "violated"),
    ("de", "Das verstieß nicht nur gegen Art. 17 DSGVO.", "violated"),
    ("fr", "Elle a non seulement violé l'article 17 du RGPD.", "violated"),
    ("es", "No solo vulneró el artículo 17 del RGPD.", "violated"),
    ("it", "Non solo ha violato l'art. 17 del Regolamento.", "violated"),
    ("nl", "Dit was niet alleen een schending van artikel 17 AVG.", "violated"),
    ("pl", "Nie tylko naruszono art. 17 RODO.", "violated"),
    ("pt", "Não só violou o artigo 17.º do RGPD.", "violated"),
    # preliminary findings and conditions
    ("en", "The provisional view is that it contravened Article 17 GDPR.", "alleged"),
    ("de", "Nach vorläufiger Auffassung liegt ein Verstoß gegen Art. 17 DSGVO vor.", "alleged"),
    ("fr", "À titre préliminaire, elle y voit une violation de l'article 17 du RGPD.", "alleged"),
    ("es", "Si se confirma la infracción del artículo 17 del RGPD, habrá consecuencias.", "alleged"),
    ("it", "Qualora fosse accertata la violazione dell'art. 17 del Regolamento, si procederà.", "alleged"),
    ("nl", "Volgens het voorlopige oordeel is artikel 17 AVG overtreden.", "alleged"),
    ("pl", "Zgodnie ze wstępnymi ustaleniami naruszono art. 17 RODO.", "alleged"),
    ("pt", "A confirmar-se a violação do artigo 17.º do RGPD, haverá consequências.", "alleged"),
    # reproached by the authority, and by somebody else
    ("fr", "La CNIL reproche à la boutique de garder les commandes (article 17 du RGPD).", "violated"),
    ("fr", "L'association reproche à la boutique d'ignorer l'article 17 du RGPD.", "alleged"),
    ("it", "Il Garante ha contestato la mancata cancellazione prevista dall'art. 17 del Regolamento.", "violated"),
    # a complaint that led to a finding
    ("it", "Su reclamo di un cliente, ha dichiarato la violazione dell'art. 17 del Regolamento.", "violated"),
    ("pt", "A loja terá de pagar por ter violado o artigo 17.º do RGPD.", "violated"),
    # bills, studies and guidance tell of no case
    ("en", "Analysts say that a breach of Article 17 GDPR is rarely noticed.", "cited"),
    ("de", "Eine Studie zählt Verstöße gegen Art. 17 DSGVO.", "cited"),
    ("fr", "Le projet de loi punit la violation de l'article 17 du RGPD.", "cited"),
    ("es", "Un estudio cuenta las infracciones del artículo 17 del RGPD.", "cited"),
    ("it", "Le linee guida spiegano quando si viola l'art. 17 del Regolamento.", "cited"),
    ("nl", "Het wetsvoorstel bestraft overtreding van artikel 17 AVG.", "cited"),
    ("pl", "Wytyczne opisują naruszenie art. 17 RODO.", "cited"),
    ("pt", "O estudo conta as violações do artigo 17.º do RGPD.", "cited"),
    # none was found
    ("en", "The judges found that the shop had not violated the right to erasure (Article 17 GDPR).", "cited"),
    ("en", "The commissioner found no breach of Article 17 GDPR.", "cited"),
    # "without" denies what stands behind it up to the comma, and no breach behind that
    ("en", "The ICO fined Alder Ltd for texts sent without consent, in breach of Article 17 GDPR.", "violated"),
    (
        "fr",
        "Alder SAS est sanctionnée pour des cookies sans consentement, en violation de l'article 17 du RGPD.",
        "violated",
    ),
    ("en", "The ICO closed the case without finding a breach of Article 17 GDPR.", "cited"),
]


@pytest.mark.parametrize(("lang", "text", "role"), ROLES)
def test_role_of_a_provision(component, lang, text, role):
    mentions = component(lang, "regulators", "provisions")(text)._.dpawatch_provisions
    assert {(m.id, m.role) for m in mentions} == {("GDPR:17", role)}


def test_what_is_only_intended_or_looked_into_is_not_yet_a_breach():
    text = (
        "The ICO has served Larkhill Ltd with a notice of intent to fine it £90,000. "
        "It says that the firm breached Article 32 of the UK GDPR."
    )
    (provision,) = analyze_document(Document(text=text, lang="en")).provisions
    assert (provision.id, provision.role) == ("UKGDPR:32", "alleged")


def test_the_abbreviation_of_a_law_in_brackets_is_no_ground(component):
    text = "The shop was fined under the General Data Protection Regulation ( GDPR)."
    mentions = component("en", "provisions")(text)._.dpawatch_provisions
    assert {(m.id, m.role) for m in mentions} == {("GDPR", "cited")}
