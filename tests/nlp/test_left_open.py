"""Which authority, sum and state a matter has when the text leaves them to its readers: by office, country, law, or its publisher."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

# lang, text, regulator, publisher
REGULATORS = [
    ("en", "The Data Protection Commission has fined Alder DAC €60,000.", "ie-dpc", None),
    ("en", "The DPC fined Alder DAC €60,000 for infringing Article 32 GDPR.", "ie-dpc", None),
    ("en", "The DPC today commenced an own-volition inquiry into Alder DAC.", "ie-dpc", None),
    ("en", "The Data Protection Commission of Ghana has fined Alder DAC GHS 60,000.", "gh-dpc", None),
    ("en", "Kenya's Office of the Data Protection Commissioner fined Alder Ltd KES 5,000,000.", "ke-odpc", None),
    ("en", "The Information Commissioner has fined Alder Ltd £60,000.", "gb-ico", None),
    ("en", "The Commissioner fined Alder Ltd £60,000 under the UK GDPR.", "gb-ico", None),
    (
        "en",
        "We have issued a reprimand to Alder Ltd. The Commissioner found that it infringed Article 32 UK GDPR.",
        "gb-ico",
        None,
    ),
    (
        "en",
        "The ICO fined Alder Ltd £60,000. The regulator said the firm also ignored access requests.",
        "gb-ico",
        None,
    ),
    ("en", "The Garante fined Alder S.p.A. EUR 60,000.", "it-garante", None),
    ("en", "OCR announced a $60,000 settlement with Alder Hospital over HIPAA.", "us-hhs-ocr", None),
    (
        "en",
        "HHS' Office for Civil Rights settled with Alder Hospital for $60,000 over HIPAA violations.",
        "us-hhs-ocr",
        None,
    ),
    (
        "en",
        "The U.S. Department of Health and Human Services announced a $60,000 settlement with Alder Hospital "
        "over potential HIPAA violations.",
        "us-hhs-ocr",
        None,
    ),
    (
        "en",
        "California Attorney General Rob Bonta announced a $1.5 million settlement with Alder Inc. over "
        "violations of the CCPA.",
        "us-ca-ag",
        None,
    ),
    (
        "en",
        "The New York Attorney General secured $500,000 from Alder Inc. after a data breach exposed personal "
        "information.",
        "us-ny-ag",
        None,
    ),
    (
        "en",
        "Attorney General Letitia James announced a $500,000 settlement with the New York company Alder Inc. "
        "over a data breach.",
        "us-ny-ag",
        None,
    ),
    (
        "en",
        "Texas Attorney General Ken Paxton sued Alder Inc., opening an investigation into its collection of "
        "biometric data.",
        "us-tx-ag",
        None,
    ),
    ("en", "The Berlin commissioner fined Alder GmbH €60,000.", "de-blnbdi", None),
    ("en", "The Hamburg data protection authority fined Alder GmbH €60,000.", "de-hmbbfdi", None),
    ("en", "Hamburg's privacy watchdog fined Alder GmbH €60,000.", "de-hmbbfdi", None),
    ("en", "The Lower Saxony data protection commissioner fined Alder GmbH €60,000.", "de-lfd-niedersachsen", None),
    ("en", "The Catalan Data Protection Authority reprimanded the Hospital of Solsona.", "es-apdcat", None),
    ("de", "Die Berliner Beauftragte verhängte gegen die Alder GmbH ein Bußgeld von 60.000 Euro.", "de-blnbdi", None),
    (
        "de",
        "Die Datenschutzbehörde in Wien hat über die Alder GmbH eine Geldbuße von 60.000 Euro verhängt.",
        "at-dsb",
        None,
    ),
    (
        "de",
        "In Niedersachsen verhängte der Landesbeauftragte gegen die Alder GmbH ein Bußgeld von 60.000 Euro.",
        "de-lfd-niedersachsen",
        None,
    ),
    (
        "de",
        "Das Bundesverwaltungsgericht in Wien hat die Strafe gegen die Alder GmbH auf 16 Millionen Euro "
        "herabgesetzt. Die Datenschutzbehörde hatte sie verhängt.",
        "at-dsb",
        None,
    ),
    ("de", "Der EDÖB hat gegen die Alder AG eine Untersuchung eröffnet.", "ch-edoeb", None),
    (
        "de",
        "Der Hessische Beauftragte für Datenschutz und Informationsfreiheit verhängte gegen die Alder GmbH "
        "ein Bußgeld von 60.000 Euro.",
        "de-hbdi",
        None,
    ),
    ("de", "Die sächsische Datenschutz- und Transparenzbeauftragte verwarnte die Alder GmbH.", "de-sdtb", None),
    (
        "de",
        "Die Hamburger Datenschutzbehörde verhängte gegen die Alder GmbH ein Bußgeld von 60.000 Euro.",
        "de-hmbbfdi",
        None,
    ),
    ("fr", "L'APD a infligé une amende de 60 000 euros à la société Alder SA.", "be-apd", None),
    ("fr", "La CNPD a infligé une amende de 60 000 euros à la société Alder S.à r.l. au Luxembourg.", "lu-cnpd", None),
    (
        "fr",
        "Le Préposé fédéral à la protection des données a ouvert une enquête sur la société Alder SA.",
        "ch-edoeb",
        None,
    ),
    (
        "fr",
        "La Commission d'accès à l'information a imposé une sanction de 60 000 dollars à la société Alder "
        "inc. au Québec.",
        "ca-qc-cai",
        None,
    ),
    ("it", "Il Garante ha sanzionato Alder S.r.l. per 60.000 euro.", "it-garante", None),
    (
        "it",
        "L'Autorità garante per la protezione dei dati personali ha sanzionato Alder S.r.l. per 60.000 euro.",
        "it-garante",
        None,
    ),
    (
        "es",
        "La Superintendencia de Industria y Comercio multó con 450 millones de pesos a Alder S.A.S. por "
        "tratar datos personales sin permiso.",
        "co-sic",
        None,
    ),
    ("es", "La autoridad catalana sancionó con 60.000 euros a Alder S.L., informó la APDCAT.", "es-apdcat", None),
    ("es", "La autoridad vasca de protección de datos apercibió a Alder S.L.", "es-avpd", None),
    (
        "es",
        "El INAI multó con 2 millones de pesos a Alder S.A. de C.V. por un aviso de privacidad deficiente.",
        "mx-inai",
        None,
    ),
    (
        "es",
        "La AAIP multó a Alder S.A. con 2 millones de pesos en Argentina por una filtración de datos personales.",
        "ar-aaip",
        None,
    ),
    ("nl", "De GBA legt Alder NV een boete van 60.000 euro op.", "be-apd", None),
    ("nl", "De Gegevensbeschermingsautoriteit legt Alder NV een boete van 60.000 euro op.", "be-apd", None),
    (
        "nl",
        "De Autoriteit Persoonsgegevens legt Alder BV een boete van 60.000 euro op. De toezichthouder noemt "
        "de overtreding ernstig.",
        "nl-ap",
        None,
    ),
    ("nl", "De privacytoezichthouder legt Alder BV een boete van 60.000 euro op, meldt de AP.", "nl-ap", None),
    ("pl", "Prezes Urzędu Ochrony Danych Osobowych nałożył na Alder sp. z o.o. karę 60 tys. zł.", "pl-uodo", None),
    ("pt", "A CNPD aplicou uma coima de 60 mil euros à Alder, Lda.", "pt-cnpd", None),
    ("pt", "A Comissão Nacional de Proteção de Dados aplicou uma coima de 60 mil euros à Alder, Lda.", "pt-cnpd", None),
    ("pt", "A ANPD multou a Alder Ltda. em R$ 14.400.", "br-anpd", None),
    ("pt", "A Autoridade Nacional de Proteção de Dados multou a Alder Ltda. em 14 mil reais.", "br-anpd", None),
    ("en", "Datatilsynet in Oslo fined Alder AS NOK 600,000.", "no-datatilsynet", None),
    (
        "en",
        "Copenhagen-based Datatilsynet reported Alder A/S to the police and proposed a fine of DKK 600,000.",
        "dk-datatilsynet",
        None,
    ),
    ("en", "The AP fined Alder BV €60,000 under the Dutch GDPR implementation act.", "nl-ap", None),
    ("en", "The Amsterdam court upheld the AP's fine of €60,000 against Alder BV in the Netherlands.", "nl-ap", None),
    (
        "en",
        "The Federal Court upheld the penalty of A$5 million sought by the Australian Information "
        "Commissioner against Alder Pty Ltd.",
        "au-oaic",
        None,
    ),
    (
        "en",
        "The Information Commissioner issued an enforcement notice to Alder Ltd under the Data Protection Act.",
        "gb-ico",
        "gb-ico",
    ),
    ("en", "Datatilsynet has fined Alder AS 60,000 kroner.", "no-datatilsynet", "no-datatilsynet"),
    ("en", "The Commission fined Alder DAC €60,000 under Article 83 GDPR.", "ie-dpc", "ie-dpc"),
    ("en", "The authority reprimanded Alder SA for infringing Article 32 GDPR.", "be-apd", "be-apd"),
    ("fr", "L'autorité a réprimandé la société Alder SA pour violation de l'article 32 du RGPD.", "be-apd", "be-apd"),
    (
        "de",
        "Die Behörde verwarnte die Alder GmbH wegen eines Verstoßes gegen Art. 32 DSGVO.",
        "de-hmbbfdi",
        "de-hmbbfdi",
    ),
    # the news agency of that name fines nobody
    ("en", "The AP fined Alder B.V. EUR 50,000 for using fingerprints of its staff.", "nl-ap", None),
]

# lang, text, sum, currency
SUMS = [
    ("es", "La Audiencia Nacional anula la multa de 6 millones que la AEPD impuso a Alder S.L.", 6000000, "EUR"),
    ("es", "La AEPD multa con 6 millones a Alder S.L. por ceder datos personales.", 6000000, "EUR"),
    ("it", "Il Garante privacy multa Alder S.r.l. per 10 milioni.", 10000000, "EUR"),
    ("it", "Multa da 10 milioni ad Alder S.r.l. dal Garante privacy.", 10000000, "EUR"),
    ("pt", "A CNPD aplicou uma coima de 2 milhões à Alder, Lda.", 2000000, "EUR"),
    ("de", "Der HmbBfDI verhängte gegen die Alder GmbH ein Bußgeld von 3 Millionen.", 3000000, "EUR"),
    ("nl", "De AP legt Alder BV een boete van 3 miljoen op.", 3000000, "EUR"),
    ("pl", "UODO nałożył na Alder sp. z o.o. karę 3 mln.", 3000000, "PLN"),
    ("en", "The ICO handed Alder Ltd a fine of 3 million.", 3000000, "GBP"),
    ("es", "La SIC de Colombia multó con 450 millones de pesos a Alder S.A.S.", 450000000, "COP"),
    (
        "es",
        "La Agencia de Protección de Datos Personales de Chile multó con 45 millones de pesos a Alder SpA.",
        45000000,
        "CLP",
    ),
    ("en", "Mexico's INAI fined Alder SA 2 million pesos.", 2000000, "MXN"),
    ("en", "The Australian Information Commissioner secured a $5.8 million penalty against Alder Ltd.", 5800000, "AUD"),
    ("en", "The OAIC fined Alder Pty Ltd A$5 million.", 5000000, "AUD"),
    ("en", "Singapore's PDPC fined Alder Pte Ltd S$74,000.", 74000, "SGD"),
    ("en", "Singapore's Personal Data Protection Commission fined Alder Pte Ltd $74,000.", 74000, "SGD"),
    ("en", "The FTC fined Alder Inc. $5 million under COPPA.", 5000000, "USD"),
    ("en", "The Irish DPC fined Alder DAC €345 million ($370 million).", 345000000, "EUR"),
    ("en", "South Korea's PIPC fined Alder Co. ₩5.4 billion.", 5400000000, "KRW"),
    ("en", "South Korea's PIPC fined Alder Co. 5.4 billion won.", 5400000000, "KRW"),
    ("hu", "A NAIH 30 millió forint bírságot szabott ki az Alder Kft.-re.", 30000000, "HUF"),
    ("cs", "ÚOOÚ uložil společnosti Alder a.s. pokutu 351 milionů Kč.", 351000000, "CZK"),
    ("ro", "ANSPDCP a amendat Alder SRL cu 9.950 lei.", 9950, "RON"),
    ("en", "The Bulgarian CPDP fined Alder EAD 5.1 million lev.", 5100000, "BGN"),
    ("de", "Der EDÖB verlangte von der Alder AG eine Busse von 50'000 Franken.", 50000, "CHF"),
    ("en", "The AEPD fined Alder S.L. €100,000, reduced to €60,000 for voluntary payment.", 100000, "EUR"),
    (
        "es",
        "La AEPD impone a Alder S.L. una multa de 100.000 euros, reducida a 60.000 euros por pago voluntario.",
        100000,
        "EUR",
    ),
    (
        "es",
        "La AEPD impone a Alder S.L. una multa de 100.000 euros que quedó en 60.000 euros por pronto pago y "
        "reconocimiento.",
        100000,
        "EUR",
    ),
    (
        "en",
        "The DPC imposed fines totalling €3.4 million on Alder DAC in Ireland: €2 million for access "
        "failures and €1.4 million for retention.",
        3400000,
        "EUR",
    ),
    (
        "fr",
        "La CNIL a infligé à la société Alder SAS deux amendes de 2 millions et 1 million d'euros, soit 3 "
        "millions d'euros au total.",
        3000000,
        "EUR",
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Alder GmbH Bußgelder von 200.000 Euro und 100.000 Euro, insgesamt "
        "300.000 Euro.",
        300000,
        "EUR",
    ),
    ("en", "The ICO fined Alder Ltd £60,000. Fines may reach 4% of turnover or £17.5 million.", 60000, "GBP"),
    ("en", "The ICO fined Alder Ltd £60,000, far below the maximum of £17.5 million.", 60000, "GBP"),
    (
        "it",
        "Il Garante privacy ha sanzionato Alder S.r.l. per 60.000 euro. La legge prevede fino a 20 milioni di euro.",
        60000,
        "EUR",
    ),
    (
        "it",
        "Il Garante privacy ha ingiunto ad Alder S.r.l. di pagare la somma di euro 3.000,00 (tremila).",
        3000,
        "EUR",
    ),
    ("es", "Alder S.L. deberá abonar 500 euros, según ha resuelto la AEPD.", 500, "EUR"),
    ("pt", "A Alder, Lda. terá de pagar 6 mil euros, decidiu a CNPD.", 6000, "EUR"),
    ("fr", "La société Alder SAS devra payer 90 000 euros, a décidé la CNIL.", 90000, "EUR"),
    (
        "es",
        "La Superintendencia de Industria y Comercio multó con 450 millones de pesos a Alder S.A.S. por "
        "tratar datos personales sin permiso.",
        450000000,
        "COP",
    ),
    (
        "es",
        "El INAI multó con 2 millones de pesos a Alder S.A. de C.V. por un aviso de privacidad deficiente.",
        2000000,
        "MXN",
    ),
    (
        "es",
        "La AAIP multó a Alder S.A. con 2 millones de pesos en Argentina por una filtración de datos personales.",
        2000000,
        "ARS",
    ),
    # the sum that is denied is none
    ("en", "The ICO fined Alder Ltd £50,000, not £500,000 as some papers wrote.", 50000, "GBP"),
    ("fr", "La CNIL a infligé 400 000 euros, et non 4 millions comme annoncé, à la société Alder.", 400000, "EUR"),
    ("de", "Das BayLDA verhängte gegen die Alder GmbH 40.000 Euro, nicht 400.000 Euro.", 40000, "EUR"),
    # in a title, or behind "nearly", a sum may be rounded; the exact one is the fine
    ("en", "Alder Ltd must pay nearly £4m. The ICO set the penalty at £3,850,000.", 3850000, "GBP"),
    (
        "it",
        "Quasi 4 milioni di euro di multa ad Alder S.p.A. La sanzione del Garante è di 3.850.000 euro.",
        3850000,
        "EUR",
    ),
    # number words of several parts
    ("pl", "UODO nałożył na Alder S.A. karę. Dwadzieścia pięć tysięcy złotych zapłaci spółka.", 25000, "PLN"),
    ("pl", "UODO nałożył na Alder S.A. karę w wysokości stu dwudziestu tysięcy pięciuset złotych.", 120500, "PLN"),
    # a sum of two parts, and not two sums
    ("it", "Il Garante ha sanzionato Alder S.r.l. per due milioni e 300 mila euro.", 2300000, "EUR"),
]

# lang, text, published, sum of the news, sums recalled
RECALLED = [
    (
        "en",
        "The ICO fined Alder Ltd £60,000 for spam texts. In 2019 it had already been fined £20,000 for similar calls.",
        None,
        60000,
        [20000],
    ),
    (
        "en",
        "The ICO reprimanded Alder Ltd for a data breach. The company was fined £20,000 in 2019 by the same regulator.",
        "2024-05-02",
        None,
        [20000],
    ),
    (
        "fr",
        "La CNIL a infligé 60 000 euros d'amende à la société Alder SAS pour ses cookies. Elle avait déjà "
        "été sanctionnée en 2019 à hauteur de 20 000 euros.",
        None,
        60000,
        [20000],
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Alder GmbH ein Bußgeld von 60.000 Euro wegen Werbeanrufen. Bereits "
        "2019 hatte er gegen das Unternehmen 20.000 Euro verhängt.",
        None,
        60000,
        [20000],
    ),
    (
        "de",
        "Der HmbBfDI verwarnte die Alder GmbH wegen Werbeanrufen. Im Vorjahr hatte er gegen sie ein Bußgeld "
        "von 20.000 Euro verhängt.",
        None,
        None,
        [20000],
    ),
    (
        "es",
        "La AEPD multa con 60.000 euros a Alder por enviar publicidad. La empresa ya fue multada en 2019 con "
        "20.000 euros.",
        None,
        60000,
        [20000],
    ),
    (
        "it",
        "Il Garante privacy ha sanzionato Alder per 60.000 euro per telemarketing. Nel 2019 la società era "
        "già stata sanzionata per 20.000 euro.",
        None,
        60000,
        [20000],
    ),
    (
        "nl",
        "De AP legt Alder een boete van 60.000 euro op voor spam. In 2019 kreeg het bedrijf al een boete van "
        "20.000 euro.",
        None,
        60000,
        [20000],
    ),
    (
        "pl",
        "Prezes UODO nałożył na spółkę Alder karę 60 tys. złotych za spam. W 2019 r. spółka została już "
        "ukarana kwotą 20 tys. złotych.",
        None,
        60000,
        [20000],
    ),
    (
        "pt",
        "A CNPD aplicou à Alder uma coima de 60 mil euros por spam. Em 2019 a empresa já tinha sido multada "
        "em 20 mil euros.",
        None,
        60000,
        [20000],
    ),
    (
        "fr",
        "Rappel des faits : en 2019, la CNIL avait infligé 400 000 euros d'amende à la société Alder SAS. "
        "Cette fois, elle lui réclame 90 000 euros.",
        None,
        90000,
        [400000],
    ),
    (
        "en",
        "Regulators are watching. In 2019 the ICO had fined Alder Ltd £20,000. Now it has fined the firm £60,000.",
        None,
        60000,
        [20000],
    ),
    # what is only announced now is the news, whatever was paid in an earlier year
    (
        "en",
        "The ICO has issued a notice of intent to fine Alder Ltd. In 2021 it fined the same company £200,000.",
        "2024-05-01",
        None,
        [200000],
    ),
    (
        "es",
        "La AEPD ha abierto un procedimiento sancionador contra Alder SL. En 2020 multó a la empresa con 30.000 euros.",
        "2024-05-01",
        None,
        [30000],
    ),
    (
        "de",
        "Der HmbBfDI hat ein Verfahren gegen die Alder GmbH eingeleitet. 2020 hatte die Behörde bereits ein Bußgeld von "
        "35 Millionen Euro gegen Birke verhängt.",
        "2024-05-01",
        None,
        [35000000],
    ),
    # but what was announced in an earlier year is not
    (
        "en",
        "In July 2022 the ICO said it intended to fine Alder Ltd £180 million. In October 2023 it fined it £20 million.",
        "2023-10-16",
        20000000,
        [],
    ),
    # a reason in the pluperfect recalls nothing
    (
        "de",
        "Die Behörde hat ein Bußgeld verhängt. Die Alder KG muss 65.000 Euro zahlen, da sie Anfragen nicht beantwortet hatte.",
        "2024-05-01",
        65000,
        [],
    ),
]

# lang, text, status
CONTESTED = [
    ("en", "Alder Ltd has appealed against the £60,000 fine imposed by the ICO.", "appealed"),
    ("en", "Alder Ltd said it would appeal the £60,000 fine imposed by the ICO.", "decided"),
    (
        "en",
        "Ireland's High Court granted Alder DAC leave to appeal the €60,000 fine imposed by the Irish DPC.",
        "appealed",
    ),
    ("en", "A court dismissed Alder Ltd's appeal against the £60,000 fine imposed by the ICO.", "decided"),
    (
        "fr",
        "La société Alder SAS a saisi le Conseil d'État pour faire annuler l'amende de 60 000 euros de la CNIL.",
        "appealed",
    ),
    ("fr", "La société Alder SAS a formé un recours contre l'amende de 60 000 euros infligée par la CNIL.", "appealed"),
    (
        "fr",
        "Le Conseil d'État a rejeté le recours de la société Alder SAS contre l'amende de 60 000 euros "
        "infligée par la CNIL.",
        "decided",
    ),
    ("de", "Die Alder GmbH hat gegen das Bußgeld von 60.000 Euro des HmbBfDI Einspruch eingelegt.", "appealed"),
    ("de", "Das Gericht bestätigte das Bußgeld von 60.000 Euro des HmbBfDI gegen die Alder GmbH.", "decided"),
    ("de", "Die Alder GmbH legt gegen das Bußgeld von 60.000 Euro des HmbBfDI Einspruch ein.", "appealed"),
    ("es", "Alder S.L. ha recurrido la multa de 60.000 euros impuesta por la AEPD.", "appealed"),
    ("it", "Alder S.r.l. ha impugnato la sanzione di 60.000 euro inflitta dal Garante privacy.", "appealed"),
    (
        "it",
        "Alder S.r.l. ha presentato ricorso contro la sanzione di 60.000 euro inflitta dal Garante privacy.",
        "appealed",
    ),
    (
        "it",
        "Il Tribunale ha respinto il ricorso di Alder S.r.l. contro la sanzione di 60.000 euro inflitta dal "
        "Garante privacy.",
        "decided",
    ),
    ("nl", "Alder BV gaat in beroep tegen de boete van 60.000 euro van de AP.", "appealed"),
    ("nl", "Alder BV heeft bezwaar gemaakt tegen de boete van 60.000 euro van de AP.", "appealed"),
    ("pl", "Alder sp. z o.o. zaskarżyła decyzję UODO o karze 60 tys. złotych do sądu.", "appealed"),
    ("pl", "Sąd oddalił skargę Alder sp. z o.o. na decyzję UODO o karze 60 tys. złotych.", "decided"),
    ("pt", "A Alder, Lda. recorreu da coima de 60 mil euros aplicada pela CNPD.", "appealed"),
    ("pt", "A Alder, Lda. impugnou judicialmente a coima de 60 mil euros aplicada pela CNPD.", "appealed"),
]


def main_action(lang, text, **known):
    (action,) = [a for a in analyze_document(Document(text=text, lang=lang, **known)).actions if not a.background]
    return action


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Alder sells compliance software. Under Article 83 GDPR, fines can reach €20 million."),
        ("fr", "Alder vend des logiciels. Les amendes peuvent atteindre 20 millions d'euros."),
        ("de", "Die Alder GmbH verkauft Software. Bußgelder können 20 Millionen Euro erreichen."),
        ("it", "Le sanzioni possono arrivare a 20 milioni di euro, ricorda Alder S.r.l., che vende formazione."),
        ("es", "Las multas pueden alcanzar los 20 millones de euros, recuerda Alder SL."),
        ("nl", "Boetes kunnen oplopen tot 20 miljoen euro. Alder B.V. helpt bedrijven met de AVG."),
        ("pl", "Kary mogą sięgnąć 20 mln euro. Firma Alder sp. z o.o. oferuje szkolenia z RODO."),
        ("pt", "As coimas podem chegar a 20 milhões de euros. A Alder Lda. vende auditorias."),
        # money raised to keep fines away
        ("en", "Alder raises £8m to help firms dodge ICO fines. The money goes into sales."),
        ("en", "Alder closed a $22 million Series A to help companies avoid regulatory penalties of the Irish DPC."),
        # an acquittal, and the fine that was asked for
        (
            "de",
            "Das Gericht hat die Alder GmbH freigesprochen; das geforderte Bußgeld von 50.000 Euro wurde abgelehnt.",
        ),
        ("en", "A judge acquitted Alder Ltd. The £20,000 fine sought by the prosecutor was not imposed."),
    ],
)
def test_what_fines_can_reach_is_no_fine(lang, text):
    assert [a.amount for a in analyze_document(Document(text=text, lang=lang)).actions if a.amount] == []


@pytest.mark.parametrize(
    ("lang", "text", "respondent"),
    [
        # the place of a court is no company
        ("nl", "De rechtbank Den Haag heeft de boete van de AP aan het RodeZiekenhuis verlaagd.", "RodeZiekenhuis"),
        ("nl", "Het gerechtshof Amsterdam heeft de boete van Alder B.V. van 50.000 euro vernietigd.", "Alder B.V."),
        # forbidden to use what is another's
        ("pt", "A CNPD proibiu a Alder Lda. de usar os servidores da Google.", "Alder Lda."),
        ("fr", "La CNIL inflige à la coopérative Pharmalliance une sanction de 30 000 euros.", "Pharmalliance"),
        # a known name in one of its cases
        ("pl", "UODO nałożył na Amazona karę 20 tys. zł.", "Amazon"),
        ("pl", "UODO nałożył na Facebooka karę 20 tys. zł.", "Facebook"),
        ("cs", "ÚOOÚ uložil Googlu pokutu 10 mil. Kč.", "Google"),
    ],
)
def test_the_name_of_the_respondent(lang, text, respondent):
    assert main_action(lang, text).respondents == (respondent,)


@pytest.mark.parametrize("day", ["3 March 2031", "31 February 2024", "2 June 2024"])
def test_no_decision_is_of_a_day_to_come_or_of_none(day):
    text = f"The CNIL fined Alder SAS EUR 10,000 on {day}."
    assert main_action("en", text, published="2024-06-01").decision_date is None


@pytest.mark.parametrize(("lang", "text", "regulator", "publisher"), REGULATORS)
def test_regulators(lang, text, regulator, publisher):
    assert main_action(lang, text, publisher=publisher).regulator == regulator


@pytest.mark.parametrize(("lang", "text", "amount", "currency"), SUMS)
def test_sums(lang, text, amount, currency):
    action = main_action(lang, text)
    assert (action.amount, action.currency) == (amount, currency)


@pytest.mark.parametrize(("lang", "text", "published", "amount", "recalled"), RECALLED)
def test_what_is_recalled(lang, text, published, amount, recalled):
    actions = analyze_document(Document(text=text, lang=lang, published=published)).actions
    assert [a.amount for a in actions if not a.background] == [amount]
    assert [a.amount for a in actions if a.background] == recalled


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The ICO fined Alder Ltd £60,000. In 2019 the company had already been fined £20,000."),
        ("es", "La AEPD multa a Alder SL con 60.000 euros. En 2019 la compañía ya fue sancionada con 20.000 euros."),
        ("nl", "De AP beboet Alder B.V. met 60.000 euro. In 2019 kreeg het bedrijf al een boete van 20.000 euro."),
        (
            "de",
            "Der BfDI belegt die Alder GmbH mit 60.000 Euro Bußgeld. 2019 hatte das Unternehmen bereits 20.000 Euro Bußgeld gezahlt.",
        ),
        (
            "fr",
            "La CNIL inflige 60 000 euros à Alder SAS. En 2019, l'entreprise avait déjà été condamnée à 20 000 euros.",
        ),
    ],
)
def test_an_earlier_fine_of_the_company_is_its_own(lang, text):
    actions = analyze_document(Document(text=text, lang=lang, published="2024-05-01")).actions
    assert [(a.amount, a.background) for a in actions] == [(60000, False), (20000, True)]
    assert actions[0].respondents == actions[1].respondents


def test_two_sums_of_one_multiplier_are_two_fines():
    text = "Multe da 90 mila e 40 mila euro alle agenzie Alder Srl e Betula Srls: le ha inflitte il Garante privacy."
    actions = [a for a in analyze_document(Document(text=text, lang="it")).actions if a.amount]
    assert [(a.respondents, a.amount) for a in actions] == [(("Alder Srl",), 90000), (("Betula Srls",), 40000)]


@pytest.mark.parametrize("lang", ["ja", "ko", "th", "vi", "zh"])
def test_what_is_written_without_spaces_is_read_without_a_word_of_it(lang):
    assert analyze_document(Document(text="個人情報保護委員会 PDPC ปรับ 국가", lang=lang)).actions == ()


@pytest.mark.parametrize(
    "published", ["not a date", "2025-02-30", "0000-01-01", "0001-01-01", "99999-01-01", "2025-13"]
)
def test_a_text_of_no_day_is_read(published):
    action = main_action("en", "The ICO fined Alder Ltd £60,000.", published=published)
    assert (action.amount, action.amount_eur) == (60000, None)


@pytest.mark.parametrize(("lang", "text", "status"), CONTESTED)
def test_what_is_contested(lang, text, status):
    action = main_action(lang, text)
    assert (action.status, action.sanctions) == (status, ("fine",))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The authors put it down to appeals that reduced some fines of the ICO."),
        ("fr", "Les auteurs l'expliquent par des recours qui ont réduit certaines amendes de la CNIL."),
        ("es", "Los autores lo achacan a recursos que redujeron algunas multas de la AEPD."),
        ("de", "Die Autoren erklären es damit, dass Gerichte einige Bußgelder des BfDI herabsetzten."),
        ("it", "Gli autori lo spiegano con i ricorsi che hanno ridotto alcune sanzioni del Garante."),
    ],
)
def test_fines_of_nobody_in_particular_are_no_action(lang, text):
    assert analyze_document(Document(text=text, lang=lang)).actions == ()
