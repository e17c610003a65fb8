"""What came of a matter, in every language of the first class: closed, settled, opened, ordered, undone, or nothing at all."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

OUTCOMES = [
    # undoing a fine was refused, or is only asked for
    ("en", "The court declined to quash the £40,000 fine that the ICO imposed on Alder Ltd.", "fine", "decided"),
    ("fr", "Le Conseil d'État refuse d'annuler l'amende de la CNIL à la société Alder.", "fine", "decided"),
    ("es", "La Audiencia Nacional rechaza anular la multa de la AEPD a Alder S.L.", "fine", "decided"),
    ("pt", "O tribunal recusou anular a coima da CNPD à Alder, Lda.", "fine", "decided"),
    ("nl", "De rechter weigert de boete van de AP voor Alder BV te vernietigen.", "fine", "decided"),
    (
        "fr",
        "La société Alder demande l'annulation de l'amende de 9 000 euros que la CNIL lui a infligée.",
        "fine",
        "appealed",
    ),
    ("it", "Alder S.r.l. chiede l'annullamento della multa da 9mila euro del Garante privacy.", "fine", "appealed"),
    ("pl", "Spółka Alder domaga się uchylenia kary nałożonej przez UODO.", "fine", "appealed"),
    ("pt", "A Alder, Lda. pede a anulação da coima de 9 mil euros da CNPD.", "fine", "appealed"),
    ("nl", "De AP beboette Alder BV. Het bedrijf heeft bezwaar gemaakt tegen de boete.", "fine", "appealed"),
    ("nl", "De AP beboette Alder BV. Alder heeft geen bezwaar gemaakt tegen de boete.", "fine", "decided"),
    ("en", "The ICO fined Alder Ltd £9,000. Alder has not appealed against the fine.", "fine", "decided"),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Alder GmbH ein Bußgeld. Alder hat keinen Einspruch eingelegt.",
        "fine",
        "decided",
    ),
    (
        "fr",
        "La CNIL a infligé une amende à la société Alder. Elle n'a pas fait appel de la décision.",
        "fine",
        "decided",
    ),
    # words for undoing and closing that are no verbs of law
    ("nl", "De rechtbank haalt een streep door de boete van de AP voor Alder BV.", "fine fine-annulled", "annulled"),
    ("nl", "De AP stopt het onderzoek naar Alder BV.", "case-closed", "closed"),
    # an order told by a pronoun, a duty or a time limit
    ("en", "Alder Ltd is obliged to erase the tapes, the Irish DPC decided.", "erasure-order", "decided"),
    (
        "fr",
        "La CNIL a sanctionné la société Alder de 9 000 euros. Elle dispose d'un mois pour adapter son site.",
        "compliance-order fine",
        "decided",
    ),
    ("es", "La AEPD multa a Alder S.L. y además le ordena que elimine los vídeos.", "erasure-order fine", "decided"),
    ("nl", "De AP heeft Alder BV gelast zijn cookiebanner aan te passen.", "compliance-order", "decided"),
    ("nl", "De foto's moeten worden gewist, besliste de AP in de zaak van Alder BV.", "erasure-order", "decided"),
    ("pt", "A Alder, Lda. terá de apagar as gravações, decidiu a CNPD.", "erasure-order", "decided"),
    # questions that an authority sends
    (
        "it",
        "Il Garante privacy ha inviato una richiesta di informazioni ad Alder S.r.l.",
        "investigation",
        "investigation",
    ),
    # what is told in the pluperfect is recalled
    (
        "fr",
        "La CNIL a réprimandé la société Alder. Elle l'avait condamnée à 30 000 euros en 2019.",
        "reprimand",
        "decided",
    ),
    (
        "pt",
        "A CNPD repreendeu a Alder, Lda. pelas suas câmaras. Em 2019 já a multara em 10 mil euros.",
        "reprimand",
        "decided",
    ),
    # an authority punishes; a court that condemns somebody to pay awards damages
    ("es", "La AEPD castiga a Alder S.L. con 9.000 euros.", "fine", "decided"),
    ("es", "El juzgado condena a Alder S.L. a pagar 9.000 euros a su cliente por vulnerar el RGPD.", "", None),
    # who turns to the authority, or objects to a use of data, appeals nothing
    ("fr", "La CNIL a réprimandé la société Alder. Une association avait saisi la CNIL.", "reprimand", "decided"),
    (
        "en",
        "The ICO reprimanded Alder Ltd, to which a man had raised an objection to marketing.",
        "reprimand",
        "decided",
    ),
    (
        "de",
        "Der HmbBfDI verwarnte die Alder GmbH. Ein Kunde hatte Widerspruch gegen Werbung eingelegt.",
        "reprimand",
        "decided",
    ),
    ("nl", "De AP berispte Alder BV. Een klant verzocht de foto's te vernietigen.", "reprimand", "decided"),
    # a case is closed, which is no investigation any more
    ("en", "The ICO has closed its investigation into Alder Ltd.", "case-closed", "closed"),
    (
        "en",
        "The DPC closed its inquiry into Alder Ltd without finding an infringement of Article 32 GDPR.",
        "case-closed",
        "closed",
    ),
    ("en", "The Irish DPC concluded its inquiry into Alder Ltd with no further action.", "case-closed", "closed"),
    ("en", "The CNIL lifted the formal notice it had served on Alder SA, which now complies.", "case-closed", "closed"),
    ("fr", "La CNIL clôt la mise en demeure adressée à la société Alder SAS.", "case-closed", "closed"),
    ("fr", "Clôture de la mise en demeure de la société Alder SAS par la CNIL.", "case-closed", "closed"),
    ("fr", "La CNIL a prononcé la clôture de la procédure contre la société Alder SAS.", "case-closed", "closed"),
    ("fr", "La CNIL a classé sans suite la plainte visant la société Alder SAS.", "case-closed", "closed"),
    ("de", "Der HmbBfDI hat das Verfahren gegen die Alder GmbH eingestellt.", "case-closed", "closed"),
    ("de", "Das BayLDA stellte das Verfahren gegen die Alder GmbH ein.", "case-closed", "closed"),
    ("es", "La AEPD archiva la reclamación contra Alder S.L.", "case-closed", "closed"),
    ("es", "La AEPD ha acordado el archivo del procedimiento sancionador contra Alder S.L.", "case-closed", "closed"),
    ("it", "Il Garante privacy ha archiviato il reclamo contro Alder S.r.l.", "case-closed", "closed"),
    (
        "it",
        "Il Garante privacy ha chiuso l'istruttoria nei confronti di Alder S.r.l. senza sanzioni.",
        "case-closed",
        "closed",
    ),
    (
        "it",
        "Il Garante privacy dispone l'archiviazione del procedimento nei confronti di Alder S.r.l.",
        "case-closed",
        "closed",
    ),
    ("nl", "De AP sluit het onderzoek naar Alder BV zonder maatregelen.", "case-closed", "closed"),
    ("nl", "De AP heeft het onderzoek naar Alder BV gesloten.", "case-closed", "closed"),
    ("nl", "De AP beëindigt het onderzoek naar Alder B.V.", "case-closed", "closed"),
    ("pl", "Prezes UODO umorzył postępowanie wobec spółki Alder sp. z o.o.", "case-closed", "closed"),
    ("pl", "UODO zamknął postępowanie w sprawie Alder sp. z o.o.", "case-closed", "closed"),
    ("pt", "A CNPD arquivou o processo contra a Alder, Lda.", "case-closed", "closed"),
    ("pt", "A CNPD encerrou o inquérito à Alder, Lda.", "case-closed", "closed"),
    ("pt", "A CNPD determinou o arquivamento da queixa contra a Alder, Lda.", "case-closed", "closed"),
    # a matter is settled
    (
        "en",
        "The FTC finalized an order against Alder Inc. settling allegations that it sold location data "
        "without consent.",
        "settlement",
        "settled",
    ),
    (
        "en",
        "The Federal Trade Commission approved a final consent order with Alder Inc. over its privacy practices.",
        "settlement",
        "settled",
    ),
    (
        "en",
        "The OAIC has accepted an enforceable undertaking from Alder Pty Ltd after a data breach.",
        "settlement",
        "settled",
    ),
    ("en", "Alder Inc. will pay $2 million to settle FTC charges that it violated COPPA.", "settlement", "settled"),
    (
        "fr",
        "La société Alder SAS a conclu une transaction avec la CNIL et versera 50 000 euros.",
        "settlement",
        "settled",
    ),
    (
        "fr",
        "La Chambre contentieuse de l'APD approuve une transaction avec la société Alder SA d'un montant de "
        "10 000 euros.",
        "settlement",
        "settled",
    ),
    ("fr", "L'APD a conclu un règlement à l'amiable avec la société Alder SA.", "settlement", "settled"),
    (
        "es",
        "La FTC alcanzó un acuerdo con Alder Inc. por 2 millones de dólares por vender datos personales.",
        "settlement",
        "settled",
    ),
    (
        "es",
        "Alder Inc. pagará 2 millones de dólares para cerrar las acusaciones de la FTC por vender datos personales.",
        "settlement",
        "settled",
    ),
    (
        "it",
        "Alder Inc. ha raggiunto un accordo con la FTC da 2 milioni di dollari per la vendita di dati personali.",
        "settlement",
        "settled",
    ),
    (
        "it",
        "Alder Inc. ha patteggiato con la FTC il pagamento di 2 milioni di dollari per aver venduto dati personali.",
        "settlement",
        "settled",
    ),
    (
        "nl",
        "Alder Inc. schikt met de FTC voor 2 miljoen dollar wegens verkoop van persoonsgegevens.",
        "settlement",
        "settled",
    ),
    ("nl", "De GBA trof een minnelijke schikking met Alder NV voor 10.000 euro.", "settlement", "settled"),
    (
        "pt",
        "A Alder Inc. fechou um acordo de 2 milhões de dólares com a FTC por vender dados pessoais.",
        "settlement",
        "settled",
    ),
    ("pt", "A ANPD celebrou um termo de ajustamento de conduta com a Alder S.A.", "settlement", "settled"),
    # proceedings are opened; their name holds the word for a sanction
    ("en", "The ICO has launched a formal investigation into Alder Ltd.", "investigation", "investigation"),
    ("fr", "La CNIL a ouvert une enquête sur la société Alder SAS.", "investigation", "investigation"),
    ("fr", "Une procédure de contrôle vise la société Alder SAS, a annoncé la CNIL.", "investigation", "investigation"),
    ("de", "Der HmbBfDI eröffnet ein Verfahren gegen die Alder GmbH.", "investigation", "investigation"),
    ("de", "Der HmbBfDI hat gegen die Alder GmbH ein Prüfverfahren eingeleitet.", "investigation", "investigation"),
    ("de", "Das BayLDA leitet ein Verfahren gegen die Alder GmbH ein.", "investigation", "investigation"),
    (
        "es",
        "La AEPD inicia procedimiento sancionador contra Alder S.L. por presunta infracción del artículo 32 del RGPD.",
        "investigation",
        "investigation",
    ),
    ("es", "La AEPD ha acordado iniciar un procedimiento sancionador a Alder S.L.", "investigation", "investigation"),
    ("es", "La AEPD abre expediente sancionador a Alder S.L.", "investigation", "investigation"),
    (
        "it",
        "Il Garante privacy ha avviato un'istruttoria nei confronti di Alder S.r.l.",
        "investigation",
        "investigation",
    ),
    (
        "it",
        "Il Garante privacy apre un procedimento sanzionatorio nei confronti di Alder S.r.l.",
        "investigation",
        "investigation",
    ),
    ("nl", "De AP start een onderzoek naar Alder BV.", "investigation", "investigation"),
    ("nl", "De AP is een onderzoek begonnen naar Alder BV.", "investigation", "investigation"),
    ("pl", "Prezes UODO wszczął postępowanie wobec Alder sp. z o.o.", "investigation", "investigation"),
    ("pl", "UODO prowadzi kontrolę w spółce Alder sp. z o.o.", "investigation", "investigation"),
    ("pt", "Aberto inquérito à Alder, Lda. pela CNPD.", "investigation", "investigation"),
    ("pt", "A CNPD abriu um processo de contraordenação contra a Alder, Lda.", "investigation", "investigation"),
    (
        "pt",
        "A ANPD instaurou processo administrativo sancionador contra a Alder S.A.",
        "investigation",
        "investigation",
    ),
    # a second sentence says what is due besides
    (
        "en",
        "The ICO fined Alder Ltd £50,000. The firm must also improve its access controls within three months.",
        "compliance-order fine",
        None,
    ),
    (
        "fr",
        "La CNIL a infligé à la société Alder SAS une amende de 50 000 euros. Elle doit également revoir ses durées.",
        "compliance-order fine",
        None,
    ),
    (
        "fr",
        "La CNIL a prononcé une amende de 50 000 euros contre la société Alder SAS et lui enjoint de purger "
        "sa base de données.",
        "erasure-order fine",
        None,
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Alder GmbH ein Bußgeld von 50.000 Euro. Es muss zudem die "
        "Zugriffsrechte überarbeiten.",
        "compliance-order fine",
        None,
    ),
    (
        "it",
        "Il Garante privacy ha inflitto ad Alder S.r.l. una sanzione di 50.000 euro. La società deve inoltre "
        "rivedere l'informativa.",
        "compliance-order fine",
        None,
    ),
    (
        "nl",
        "De AP legt Alder BV een boete van 50.000 euro op. Ook moet het bedrijf zijn beveiliging verbeteren.",
        "compliance-order fine",
        None,
    ),
    (
        "pl",
        "Prezes UODO nałożył na Alder sp. z o.o. karę 50 tys. zł. Spółka musi też wdrożyć odpowiednie zabezpieczenia.",
        "compliance-order fine",
        None,
    ),
    (
        "pt",
        "A CNPD aplicou à Alder, Lda. uma coima de 50 mil euros. A empresa terá também de rever a sua "
        "política de privacidade.",
        "compliance-order fine",
        None,
    ),
    # erasure
    ("en", "The ICO ordered Alder Ltd to delete the photographs.", "erasure-order", None),
    ("fr", "La CNIL a enjoint à la société Alder SAS de purger les données anciennes.", "erasure-order", None),
    ("de", "Der HmbBfDI ordnete gegenüber der Alder GmbH die Löschung der Fotos an.", "erasure-order", None),
    ("es", "La AEPD ordena a Alder S.L. suprimir las fotografías.", "erasure-order", None),
    ("it", "Il Garante privacy ha ordinato ad Alder S.r.l. la cancellazione delle fotografie.", "erasure-order", None),
    ("nl", "De AP heeft Alder BV opgedragen de foto's te verwijderen.", "erasure-order", None),
    ("pl", "Prezes UODO nakazał spółce Alder sp. z o.o. usunięcie fotografii.", "erasure-order", None),
    ("pt", "A CNPD ordenou à Alder, Lda. o apagamento das fotografias.", "erasure-order", None),
    ("pt", "A ANPD determinou que a Alder S.A. elimine as fotografias.", "erasure-order", None),
    # those concerned are to be told of a breach
    ("en", "The ICO ordered Alder Ltd to inform the affected customers of the breach.", "breach-notice-order", None),
    (
        "fr",
        "La CNIL a enjoint à la société Alder SAS d'informer les personnes concernées de la violation de données.",
        "breach-notice-order",
        None,
    ),
    (
        "fr",
        "La CNIL a ordonné à la société Alder SAS de notifier la fuite aux clients concernés.",
        "breach-notice-order",
        None,
    ),
    (
        "de",
        "Der HmbBfDI wies die Alder GmbH an, die Betroffenen über die Datenpanne zu benachrichtigen.",
        "breach-notice-order",
        None,
    ),
    ("es", "La AEPD ordenó a Alder S.L. comunicar la brecha a los afectados.", "breach-notice-order", None),
    (
        "it",
        "Il Garante privacy ha ingiunto ad Alder S.r.l. di comunicare la violazione agli interessati.",
        "breach-notice-order",
        None,
    ),
    ("nl", "De AP droeg Alder BV op de betrokkenen over het datalek te informeren.", "breach-notice-order", None),
    (
        "pl",
        "Prezes UODO nakazał spółce Alder sp. z o.o. zawiadomić klientów o naruszeniu.",
        "breach-notice-order",
        None,
    ),
    (
        "pl",
        "Prezes UODO nakazał Alder sp. z o.o. zawiadomienie osób, których dane dotyczą.",
        "breach-notice-order",
        None,
    ),
    (
        "pt",
        "A CNPD ordenou à Alder, Lda. que comunicasse a violação de dados aos titulares.",
        "breach-notice-order",
        None,
    ),
    # a right is to be honoured
    ("en", "The ICO ordered Alder Ltd to answer the access request within a month.", "rights-order", None),
    (
        "en",
        "The Finnish Data Protection Ombudsman ordered Alder Ltd to provide the complainant with the recordings.",
        "rights-order",
        None,
    ),
    (
        "fr",
        "L'APD a ordonné à la société Alder SA de donner suite à la demande d'accès du plaignant.",
        "rights-order",
        None,
    ),
    ("de", "Der HmbBfDI wies die Alder GmbH an, dem Antrag auf Auskunft nachzukommen.", "rights-order", None),
    ("es", "La AEPD insta a Alder S.L. a atender el derecho de acceso del reclamante.", "rights-order", None),
    (
        "it",
        "Il Garante privacy ha ordinato ad Alder S.r.l. di soddisfare la richiesta di accesso del reclamante.",
        "rights-order",
        None,
    ),
    ("nl", "De AP gelast Alder BV het inzageverzoek van de klager in te willigen.", "rights-order", None),
    ("pl", "Prezes UODO nakazał spółce Alder sp. z o.o. spełnienie żądania dostępu do danych.", "rights-order", None),
    ("pt", "A CNPD ordenou à Alder, Lda. que desse resposta ao pedido de acesso do titular.", "rights-order", None),
    # a court annuls, or annuls an annulment
    (
        "en",
        "The Court of Appeal set aside the ruling that had annulled the ICO's £50,000 fine on Alder Ltd.",
        "fine",
        "decided",
    ),
    (
        "de",
        "Das Kammergericht hob die Aufhebung des Bußgelds von 50.000 Euro gegen die Alder GmbH wieder auf.",
        "fine",
        "decided",
    ),
    (
        "fr",
        "La cour d'appel a annulé le jugement qui avait annulé l'amende de 50 000 euros infligée par la CNIL "
        "à la société Alder SAS.",
        "fine",
        "decided",
    ),
    (
        "en",
        "A court annulled the €50,000 fine the Irish DPC had imposed on Alder Ltd.",
        "fine fine-annulled",
        "annulled",
    ),
    (
        "es",
        "La Audiencia Nacional anula la multa de 50.000 euros impuesta por la AEPD a Alder S.L.",
        "fine fine-annulled",
        "annulled",
    ),
    (
        "es",
        "El Supremo anula la sentencia que anuló la multa de 50.000 euros impuesta por la AEPD a Alder S.L.",
        "fine",
        "decided",
    ),
    (
        "it",
        "La Cassazione annulla la sentenza che aveva annullato la sanzione di 50.000 euro inflitta dal "
        "Garante ad Alder S.r.l.",
        "fine",
        "decided",
    ),
    (
        "nl",
        "De Raad van State vernietigde de uitspraak waarin de boete van 50.000 euro van de AP voor Alder BV "
        "was vernietigd.",
        "fine",
        "decided",
    ),
    (
        "pl",
        "NSA uchylił wyrok, w którym uchylono karę 50 tys. zł nałożoną przez UODO na Alder sp. z o.o.",
        "fine",
        "decided",
    ),
    (
        "pt",
        "O Supremo anulou o acórdão que tinha anulado a coima de 50 mil euros aplicada pela CNPD à Alder, Lda.",
        "fine",
        "decided",
    ),
    (
        "pl",
        "Naczelny Sąd Administracyjny uchylił decyzję UODO nakładającą karę 50 tys. zł na Alder sp. z o.o.",
        "fine fine-annulled",
        "annulled",
    ),
    # who is forbidden to do something, whatever it is, may not process
    ("pt", "A CNPD proibiu a Alder Lda. de gravar o som das caixas.", "processing-ban", "decided"),
    ("pt", "O Garante italiano proibiu a Alder AI de continuar a recolher rostos.", "processing-ban", "decided"),
    ("fr", "La CNIL interdit à la société Alder de filmer ses salariés.", "processing-ban", "decided"),
    ("es", "La AEPD prohíbe a Alder SL grabar el sonido de sus cajas.", "processing-ban", "decided"),
    ("pl", "Prezes UODO zakazał spółce Alder zbierania odcisków palców.", "processing-ban", "decided"),
    ("en", "The ICO prohibits the retailer Alder from filming its customers.", "processing-ban", "decided"),
    # what need not be paid is annulled, what need not be paid yet is not
    (
        "en",
        "Alder Ltd does not have to pay the £7m fine that the ICO imposed, a tribunal ruled.",
        "fine fine-annulled",
        None,
    ),
    (
        "fr",
        "La société Alder n'aura pas à payer l'amende de 20 000 euros de la CNIL, juge la cour.",
        "fine fine-annulled",
        None,
    ),
    ("de", "Die Alder GmbH muss das Bußgeld von 20.000 Euro des BfDI nicht zahlen.", "fine fine-annulled", "annulled"),
    ("nl", "Alder B.V. hoeft de boete van 50.000 euro van de AP niet te betalen.", "fine fine-annulled", "annulled"),
    ("es", "Alder SL no tendrá que pagar la multa de 20.000 euros de la AEPD.", "fine fine-annulled", "annulled"),
    ("it", "Alder S.p.A. non dovrà pagare la sanzione di 20.000 euro del Garante privacy.", "fine fine-annulled", None),
    ("pt", "A Alder Lda. não terá de pagar a coima de 20.000 euros da CNPD.", "fine fine-annulled", "annulled"),
    ("pl", "Alder S.A. nie musi płacić kary 20 tys. zł nałożonej przez UODO.", "fine fine-annulled", "annulled"),
    (
        "en",
        "Alder Ltd will not have to pay at once: the ICO, which fined it £7m, allows instalments.",
        "fine",
        "decided",
    ),
    # by the day
    (
        "fr",
        "La CNIL inflige 5 millions d'euros à la société Alder, qui devra verser 5 000 € par jour de retard.",
        "fine penalty-payment",
        "decided",
    ),
    ("pt", "O ICO comunicou à Alder que tenciona multá-la em 183 milhões de libras.", "intent-to-fine", "proposed"),
    (
        "pl",
        "ICO przesłał spółce Alder zawiadomienie o zamiarze nałożenia kary 27 mln funtów.",
        "intent-to-fine",
        "proposed",
    ),
    (
        "es",
        "La instructora de la AEPD ha propuesto una sanción de 300.000 euros a Alder SL.",
        "intent-to-fine",
        "proposed",
    ),
]

REFUSED = [
    # refused, wished, feared, weighed, denied, or only a bill
    ("en", "The ICO decided not to fine Alder Ltd.", "", None),
    (
        "en",
        "The ICO reprimanded Alder Ltd in January. A fine of £300,000 would have been appropriate.",
        "reprimand",
        None,
    ),
    ("en", "The ICO issued Alder Ltd with a reprimand instead of a £300,000 fine.", "reprimand", None),
    ("en", "The ICO considered a fine of £2m against Alder Ltd but settled on a reprimand.", "reprimand", None),
    ("en", "The ICO is preparing to fine Alder Ltd £2 million, the paper reports.", "intent-to-fine", "proposed"),
    ("en", "The ICO said it intends to fine Alder Ltd £2 million.", "intent-to-fine", "proposed"),
    ("en", "Alder Ltd could face a fine of £2 million from the ICO.", "", None),
    ("en", "noyb asked the Irish Data Protection Commission to fine Alder Ltd.", "", None),
    ("en", "The fine of £50,000 which the ICO imposed on Alder Ltd was suspended by the tribunal.", "fine", None),
    ("en", "The ICO did not fine Alder Ltd, but it issued a reprimand.", "reprimand", None),
    (
        "en",
        "Had Alder Ltd not cooperated, the ICO would have fined it £2 million; it reprimanded the firm.",
        "reprimand",
        None,
    ),
    ("fr", "La CNIL a renoncé à sanctionner la société Alder SAS.", "", None),
    (
        "fr",
        "La CNIL adresse un rappel à l'ordre à la société Alder SAS plutôt qu'une amende de 300 000 euros.",
        "reprimand",
        None,
    ),
    (
        "fr",
        "La CNIL a prononcé un rappel à l'ordre contre la société Alder SAS. Une amende de 300 000 euros "
        "aurait pu être prononcée.",
        "reprimand",
        None,
    ),
    ("fr", "La société Alder SAS pourrait se voir infliger une amende de 2 millions d'euros par la CNIL.", "", None),
    ("fr", "La société Alder SAS risque une amende de 2 millions d'euros, selon la CNIL.", "", None),
    ("fr", "L'APD a réprimandé la société Alder SA. Aucune amende n'est infligée.", "reprimand", None),
    (
        "fr",
        "La CNIL envisage d'infliger une amende de 2 millions d'euros à la société Alder SAS.",
        "intent-to-fine",
        "proposed",
    ),
    (
        "fr",
        "Selon la loi belge, une amende ne peut être infligée à une commune ; l'APD a réprimandé la commune "
        "de Villers.",
        "reprimand",
        None,
    ),
    ("de", "Der HmbBfDI verzichtete auf ein Bußgeld gegen die Alder GmbH.", "", None),
    ("de", "Der HmbBfDI sah von einem Bußgeld gegen die Alder GmbH ab.", "", None),
    (
        "de",
        "Statt eines Bußgelds von 300.000 Euro sprach der HmbBfDI gegen die Alder GmbH eine Verwarnung aus.",
        "reprimand",
        None,
    ),
    (
        "de",
        "Der HmbBfDI verwarnte die Alder GmbH. Ein Bußgeld von 300.000 Euro wäre angemessen gewesen.",
        "reprimand",
        None,
    ),
    ("de", "Keine Geldbuße, aber eine Verwarnung gegen die Alder GmbH: So entschied das BayLDA.", "reprimand", None),
    (
        "de",
        "Der HmbBfDI hat angekündigt, gegen die Alder GmbH ein Bußgeld von 2 Millionen Euro zu verhängen.",
        "intent-to-fine",
        "proposed",
    ),
    ("de", "Ein Bußgeld stehe nicht im Raum, sagte der HmbBfDI zur Alder GmbH.", "", None),
    ("es", "La AEPD descarta multar a Alder S.L.", "", None),
    ("es", "La AEPD apercibe a Alder S.L. en lugar de imponerle una multa de 300.000 euros.", "reprimand", None),
    ("es", "La AEPD apercibe a Alder S.L. y no le impone ninguna multa.", "reprimand", None),
    (
        "es",
        "La AEPD ha apercibido a Alder S.L. por esta práctica. A la empleada no se le impone ninguna multa.",
        "reprimand",
        None,
    ),
    ("es", "Alder S.L. se enfrenta a una multa de hasta 300.000 euros de la AEPD.", "", None),
    ("es", "La AEPD propone una multa de 300.000 euros para Alder S.L.", "intent-to-fine", "proposed"),
    ("es", "La OCU pide a la AEPD que multe a Alder S.L.", "", None),
    ("it", "Il Garante privacy non ha sanzionato Alder S.r.l.", "", None),
    (
        "it",
        "Il Garante privacy ha ammonito Alder S.r.l. anziché infliggerle una sanzione di 300.000 euro.",
        "reprimand",
        None,
    ),
    (
        "it",
        "Il Garante privacy ha ammonito Alder S.r.l. per questi fatti. Non è stata applicata alcuna sanzione "
        "pecuniaria.",
        "reprimand",
        None,
    ),
    ("it", "Alder S.r.l. rischia una sanzione fino a 300.000 euro dal Garante privacy.", "", None),
    (
        "it",
        "Il Garante privacy intende infliggere ad Alder S.r.l. una sanzione di 300.000 euro.",
        "intent-to-fine",
        "proposed",
    ),
    ("nl", "De AP ziet af van een boete voor Alder BV.", "", None),
    ("nl", "De AP ziet af van een boete van 2 miljoen euro voor Alder BV.", "", None),
    ("nl", "De AP berispt Alder BV in plaats van een boete van 300.000 euro op te leggen.", "reprimand", None),
    ("nl", "De AP berispte de bank. Een boete blijft uit.", "reprimand", None),
    ("nl", "Alder BV kan een boete van 2 miljoen euro krijgen van de AP.", "", None),
    ("nl", "Bits of Freedom wil dat de AP Alder BV een boete van 2 miljoen euro geeft.", "", None),
    ("nl", "De AP is van plan Alder BV een boete van 2 miljoen euro op te leggen.", "intent-to-fine", "proposed"),
    ("nl", "De minister wil dat de AP straks boetes van 1 miljoen euro kan opleggen.", "", None),
    ("pl", "UODO odstąpił od nałożenia kary 2 mln zł na spółkę Alder sp. z o.o.", "", None),
    (
        "pl",
        "Prezes UODO udzielił upomnienia spółce Alder sp. z o.o. zamiast nakładać karę 300 tys. zł.",
        "reprimand",
        None,
    ),
    (
        "pl",
        "Prezes UODO upomniał spółkę Alder. Urząd nie nałożył kary, choć mógł sięgnąć po 100 tys. zł.",
        "reprimand",
        None,
    ),
    ("pl", "Spółce Alder sp. z o.o. grozi kara 2 mln zł od UODO.", "", None),
    ("pl", "UODO zamierza nałożyć na Alder sp. z o.o. karę 2 mln zł.", "intent-to-fine", "proposed"),
    ("pt", "A CNPD decidiu não aplicar uma coima à Alder, Lda.", "", None),
    ("pt", "A CNPD repreendeu a Alder, Lda. em vez de aplicar uma coima de 300 mil euros.", "reprimand", None),
    ("pt", "A Alder, Lda. arrisca uma coima de 2 milhões de euros da CNPD.", "", None),
    ("pt", "A CNPD propôs uma coima de 2 milhões de euros à Alder, Lda.", "intent-to-fine", "proposed"),
    ("fr", "Un projet de loi relève à 30 millions d'euros le plafond des amendes de la CNIL.", "", None),
    ("en", "A bill would raise the maximum fine of the ICO to £30 million.", "", None),
    ("de", "Ein Gesetzentwurf soll die Bußgelder der Datenschutzbehörden auf 30 Millionen Euro anheben.", "", None),
    ("es", "Un proyecto de ley eleva a 30 millones de euros la multa máxima de la AEPD.", "", None),
    ("it", "Un disegno di legge porta a 30 milioni di euro la sanzione massima del Garante privacy.", "", None),
    (
        "en",
        "Analysts estimate that a breach of Article 8 GDPR could cost Alder Ltd €1.3 billion. The Irish DPC "
        "declined to comment.",
        "",
        None,
    ),
    ("en", "The Irish DPC has not opened an inquiry into Alder Ltd.", "", None),
    ("en", "It is false that the ICO fined Alder Ltd £5 million, the regulator said.", "", None),
    ("en", "Whoever thought Alder Ltd had been fined by the ICO was mistaken.", "", None),
    ("en", "A rumour says that Alder Ltd was fined £5 million by the ICO.", "", None),
]


def main_actions(lang, text):
    return [a for a in analyze_document(Document(text=text, lang=lang)).actions if not a.background]


def sanctions_of(actions):
    return " ".join(sorted({s for a in actions for s in a.sanctions}))


@pytest.mark.parametrize(("lang", "text", "sanctions", "status"), OUTCOMES)
def test_outcomes(lang, text, sanctions, status):
    actions = main_actions(lang, text)
    assert sanctions_of(actions) == sanctions
    assert status is None or {a.status for a in actions} == {status}


@pytest.mark.parametrize(("lang", "text", "sanctions", "status"), REFUSED)
def test_what_was_not_imposed(lang, text, sanctions, status):
    actions = main_actions(lang, text)
    assert sanctions_of(actions) == sanctions
    assert status is None or {a.status for a in actions} == {status}
    assert "fine" in sanctions or all(a.amount is None for a in actions)
