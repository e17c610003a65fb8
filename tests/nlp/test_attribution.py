"""Citations in the forms of each language and law: whose law it is, and what its numbers mean."""

import pytest
from spacy.tokens import Doc

from nlp.extensions import Context
from nlp.laws import LawMention, Place, settle_laws

# Names that laws of several countries share go by the regulator, the publisher or the country; an unknown law is none.
COUNTRIES = [
    ("de", "Der EDÖB stellte fest, dass die Firma Art. 30 Abs. 2 lit. b DSG verletzt hat.", "CH-DSG:30(2)(b)"),
    ("de", "Der EDÖB: Verstoss gegen Art. 16 nDSG.", "CH-DSG:16"),
    ("de", "Verstoss gegen Art. 19 revDSG.", "CH-DSG:19"),
    ("de", "Die österreichische Datenschutzbehörde sah einen Verstoß gegen § 12 DSG.", "AT-DSG:12"),
    ("fr", "Le PFPDT constate que la société viole l'art. 31 al. 1 nLPD.", "CH-DSG:31(1)"),
    ("fr", "Le PFPDT constate que la société viole l'art. 6 al. 2 et 3 LPD.", "CH-DSG:6(2) CH-DSG:6(3)"),
    ("it", "L'IFPDT constata la violazione dell'art. 8 cpv. 1 LPD.", "CH-DSG:8(1)"),
    ("en", "The FDPIC found that the firm breached Article 30 of the DSG.", "CH-DSG:30"),
    ("en", "The FDPIC found that the firm breached Article 6 FADP.", "CH-DSG:6"),
    ("en", "Switzerland's commissioner said that Art. 8 of the Data Protection Act had been breached.", "CH-DSG:8"),
    ("en", "The PDPC of Singapore found a breach of section 24 of the PDPA.", "PDPA-SG:24"),
    ("en", "Thailand's PDPC fined a company for breaching section 37 of the PDPA.", "PDPA-TH:37"),
    ("en", "Malaysia's Commissioner prosecuted a firm under section 16 of the PDPA.", "PDPA-MY:16"),
    ("en", "The Irish Data Protection Commission relied on section 134 of the Data Protection Act 2018.", "IE-DPA:134"),
    ("en", "The ICO prosecuted him under s. 170 DPA 2018.", "GB-DPA:170"),
    ("en", "Kenya's ODPC fined a school for breaching section 33 of the Data Protection Act.", "KE-DPA:33"),
    ("en", "The Ghanaian Data Protection Commission cites section 27 of the Data Protection Act.", "GH-DPA:27"),
    ("en", "The OAIC found a breach of section 13G of the Privacy Act.", "AU-Privacy-Act:13G"),
    (
        "en",
        "The New Zealand Privacy Commissioner found a breach of section 114 of the Privacy Act.",
        "NZ-Privacy-Act:114",
    ),
    (
        "en",
        "The Privacy Commissioner of Canada found that the department contravened section 8 of the Privacy Act.",
        "CA-Privacy-Act:8",
    ),
    ("en", "South Korea's PIPC said the firm violated Article 29 of the PIPA.", "PIPA-KR:29"),
    ("en", "Alberta's commissioner found a contravention of section 34 of PIPA.", "CA-AB-PIPA:34"),
    (
        "en",
        "British Columbia's commissioner found a contravention of section 34 of the Personal Information Protection Act.",
        "CA-BC-PIPA:34",
    ),
    ("de", "Das Gericht prüfte § 823 BGB und Art. 8 GRCh.", ""),
    ("de", "Verstoß gegen § 29 BlnDSG.", ""),
    ("de", "Die Behörde stützt sich auf § 15 HDSIG und Art. 6 Abs. 1 DSGVO.", "GDPR:6(1)"),
    ("de", "Verstoß gegen § 174 TKG 2021.", "AT-TKG:174"),
    ("es", "infracción del artículo 48.1.b) de la LGTEL", "ES-LGTEL:48(1)(b)"),
    ("es", "infracción del artículo 66.1.b) de la LGT", "ES-LGTEL:66(1)(b)"),
    ("es", "infracción del artículo 66 de la Ley General de Telecomunicaciones", "ES-LGTEL:66"),
    ("es", "infracción del artículo 22.2 de la LSSI", "ES-LSSI:22(2)"),
    ("pt", "A ANPD multou a empresa por violar o art. 41 da LGPD.", "LGPD:41"),
    ("pt", "A ANPD aplicou sanção por infração ao art. 48 da Lei Geral de Proteção de Dados.", "LGPD:48"),
    ("en", "Brazil's ANPD fined the firm under Article 52 of the LGPD.", "LGPD:52"),
]

# Paragraphs and points in Roman numbers, in ordinals, before their article, in ranges.
FORMS = [
    # a law nobody knows, whatever stands before its article; the constitution, and what is no law
    ("de", "Verstoß gegen Art. 83 Abs. 7 DSGVO, Art. 22 BayDSG.", "GDPR:83(7)"),
    ("de", "Verstoß gegen Art. 6 DSGVO, Art. 22 LDSG und Art. 5 DSGVO.", "GDPR:6 GDPR:5"),
    ("en", "Under the GDPR, Article 32 requires care.", "GDPR:32"),
    ("ro", "a încălcat art. 26 din Constituție și art. 32 din RGPD", "GDPR:32"),
    ("en", "a breach of article 8 of the constitution and of Article 32 GDPR", "GDPR:32"),
    ("de", "Verletzt wurde Art. 7 der Verfassung, nicht Art. 6 DSGVO.", "GDPR:6"),
    ("it", "la violazione dell'art. 15 della costituzione e dell'art. 13 del Regolamento", "GDPR:13"),
    ("en", "This is article 3 in our series on the GDPR.", "GDPR"),
    # the next paragraph may have a point, and a comma sets an article apart
    ("it", "dell'art. 6, par. 2 e 3, lett. b), del Regolamento", "GDPR:6(2) GDPR:6(3)(b)"),
    ("it", "degli artt. 6, par. 1, e 9, lett. b), del Regolamento", "GDPR:6(1) GDPR:9(b)"),
    ("de", "Art. 5 Abs. 2 und 6 lit. f DSGVO", "GDPR:5(2) GDPR:6(f)"),
    ("de", "Verstoß gegen Art. 5 I lit. f DSGVO", "GDPR:5(1)(f)"),
    ("de", "Verstoß gegen Art. 5 Abs. I lit. f DSGVO", "GDPR:5(1)(f)"),
    ("de", "Art. 6 I 1 lit. f DSGVO", "GDPR:6(1)(f)"),
    ("de", "Art. 83 IV lit. a, V DSGVO", "GDPR:83(4)(a) GDPR:83(5)"),
    ("de", "Art. 6 Abs. 1 UAbs. 1 lit. f DS-GVO", "GDPR:6(1)(f)"),
    ("de", "Art. 6 Abs. 1 Satz 1 Buchst. f DSGVO", "GDPR:6(1)(f)"),
    ("de", "Art. 6 Abs. 1 S. 1 lit. f DSGVO", "GDPR:6(1)(f)"),
    ("de", "§ 25 Abs. 1 S. 1 TDDDG", "DE-TDDDG:25(1)"),
    ("de", "§ 26 Abs. 1 Satz 1 BDSG", "DE-BDSG:26(1)"),
    ("de", "§ 7 Abs. 2 Nr. 2 UWG", "DE-UWG:7(2)(2)"),
    ("de", "die Art. 12 ff. DSGVO", "GDPR:12"),
    ("de", "Art. 15 Abs. 1 Hs. 2 DSGVO", "GDPR:15(1)"),
    ("de", "Art. 5 Abs. 1 lit. a i.V.m. Art. 6 Abs. 1 DSGVO", "GDPR:5(1)(a) GDPR:6(1)"),
    ("de", "Artt. 5, 6 DSGVO", "GDPR:5 GDPR:6"),
    ("de", "Art. 9 Abs. 2 Buchst. a) DSGVO", "GDPR:9(2)(a)"),
    ("de", "Art. 58 Abs. 2 lit. b) und i) DSGVO", "GDPR:58(2)(b) GDPR:58(2)(i)"),
    ("nl", "artikel 11.7a Telecommunicatiewet", "NL-Tw:11.7a"),
    ("nl", "artikel 11.7a, eerste lid, Tw", "NL-Tw:11.7a(1)"),
    ("nl", "artikel 11.7a, eerste lid, van de Telecommunicatiewet", "NL-Tw:11.7a(1)"),
    ("nl", "artikel 11.7, eerste lid, van de Tw", "NL-Tw:11.7(1)"),
    ("nl", "artikel 5, eerste lid, aanhef en onder f, AVG", "GDPR:5(1)(f)"),
    ("nl", "artikel 5, eerste lid, aanhef en onderdeel f, van de AVG", "GDPR:5(1)(f)"),
    ("nl", "artikel 5 lid 1 sub f AVG", "GDPR:5(1)(f)"),
    ("nl", "artikel 5, lid 1, onder a) en f), AVG", "GDPR:5(1)(a) GDPR:5(1)(f)"),
    ("nl", "artikel 46 UAVG", "NL-UAVG:46"),
    ("nl", "artikel 12, lid 3 jo. artikel 17 AVG", "GDPR:12(3) GDPR:17"),
    ("nl", "de artikelen 13 t/m 15 AVG", "GDPR:13 GDPR:14 GDPR:15"),
    ("es", "el literal g) del artículo 58.2 del RGPD", "GDPR:58(2)(g)"),
    ("es", "la letra f) del artículo 5.1 del RGPD", "GDPR:5(1)(f)"),
    ("es", "el apartado 1 del artículo 6 del RGPD", "GDPR:6(1)"),
    ("es", "los apartados 1 y 2 del artículo 6 del RGPD", "GDPR:6(1) GDPR:6(2)"),
    ("es", "la letra a) del apartado 1 del artículo 6 del RGPD", "GDPR:6(1)(a)"),
    ("es", "el artículo 5, apartado 1, letra f), del RGPD", "GDPR:5(1)(f)"),
    ("es", "el artículo 6.1.a y b RGPD", "GDPR:6(1)(a) GDPR:6(1)(b)"),
    ("es", "el literal g) del artículo 17 de la Ley 1581 de 2012", "CO-1581:17(g)"),
    (
        "es",
        "los artículos 37.1 y 37.7 del RGPD, en relación con el 34 de la LOPDGDD",
        "GDPR:37(1) GDPR:37(7) ES-LOPDGDD:34",
    ),
    ("es", "el art. 9 RGPD y art. 5.1 f) RGPD", "GDPR:9 GDPR:5(1)(f)"),
    ("pt", "da alínea f) do n.º 1 do artigo 5.º do RGPD", "GDPR:5(1)(f)"),
    ("pt", "as alíneas a) e f) do n.º 1 do artigo 5.º do RGPD", "GDPR:5(1)(a) GDPR:5(1)(f)"),
    ("pt", "o n.º 1 do artigo 32.º do RGPD", "GDPR:32(1)"),
    ("pt", "do artigo 5.º, n.º 1, al. f) RGPD", "GDPR:5(1)(f)"),
    ("pt", "dos artigos 12.º a 14.º do RGPD", "GDPR:12 GDPR:13 GDPR:14"),
    ("pt", "art. 13.º-A da Lei n.º 41/2004", "PT-Lei41:13-A"),
    ("pt", "do artigo 37.º, n.º 1, alínea b), da Lei n.º 58/2019", "PT-Lei58:37(1)(b)"),
    ("pt", "art. 5º, inciso II, da LGPD", "LGPD:5(II)"),
    ("pt", "art. 6º, inciso VII, da LGPD", "LGPD:6(VII)"),
    ("pt", "art. 52, § 1º, da LGPD", "LGPD:52(1)"),
    ("pt", "art. 7º, IX, da LGPD", "LGPD:7(IX)"),
    ("it", "lett. f) del par. 1 dell'art. 5 del Regolamento", "GDPR:5(1)(f)"),
    ("it", "la lettera f) dell'art. 5, par. 1, del GDPR", "GDPR:5(1)(f)"),
    ("it", "il paragrafo 1 dell'articolo 32 del GDPR", "GDPR:32(1)"),
    ("it", "l'art. 130 del Codice", "IT-Codice:130"),
    ("it", "artt. 5, par. 1, lett. a) e f), e 32 del Regolamento", "GDPR:5(1)(a) GDPR:5(1)(f) GDPR:32"),
    ("it", "art. 2-ter del Codice", "IT-Codice:2-ter"),
    ("it", "art. 2 ter, comma 1, del Codice", "IT-Codice:2-ter(1)"),
    ("it", "artt. 13 e 14 del Regolamento e 122 del Codice", "GDPR:13 GDPR:14 IT-Codice:122"),
    ("it", "degli articoli 5, § 1, lett. f), e 25 GDPR", "GDPR:5(1)(f) GDPR:25"),
    ("it", "art. 83, paragrafi 3, 4 e 5 del Regolamento", "GDPR:83(3) GDPR:83(4) GDPR:83(5)"),
    ("it", "art. 5, comma 1, lettera e) del GDPR", "GDPR:5(1)(e)"),
    ("fr", "le f) du 1 de l'article 5 du RGPD", "GDPR:5(1)(f)"),
    ("fr", "le paragraphe 1 de l'article 32 du RGPD", "GDPR:32(1)"),
    ("fr", "le point f) du paragraphe 1 de l'article 5 du RGPD", "GDPR:5(1)(f)"),
    ("fr", "le 1 de l'article 32 du RGPD", "GDPR:32(1)"),
    ("fr", "l'article L. 34-5 du CPCE", "FR-CPCE:L.34-5"),
    ("fr", "l'article 5, 1, f) du RGPD", "GDPR:5(1)(f)"),
    ("fr", "l'article 5.1.f du RGPD", "GDPR:5(1)(f)"),
    ("fr", "l'article 5.1, f) du RGPD", "GDPR:5(1)(f)"),
    ("fr", "l'article 5, paragraphe 1, sous f), du RGPD", "GDPR:5(1)(f)"),
    ("fr", "l'article 5-1 f) du RGPD", "GDPR:5(1)(f)"),
    ("fr", "l'article 5 § 1 e) et 32 du RGPD", "GDPR:5(1)(e) GDPR:32"),
    ("fr", "les articles 5-1-e), 13, 28-3 et 32 du RGPD", "GDPR:5(1)(e) GDPR:13 GDPR:28(3) GDPR:32"),
    ("fr", "les articles 4, 11), 6 et 7 du RGPD", "GDPR:4(11) GDPR:6 GDPR:7"),
    ("fr", "les articles 12-2 et 15-1 du RGPD", "GDPR:12(2) GDPR:15(1)"),
    ("fr", "l'article 82 de la loi du 6 janvier 1978", "FR-LIL:82"),
    ("fr", "l’article 82 de la loi « Informatique et Libertés »", "FR-LIL:82"),
    ("fr", "l'article 6, 1er alinéa, a) du RGPD", "GDPR:6(1)(a)"),
    ("fr", "l'article 6.1 a) et f) RGPD", "GDPR:6(1)(a) GDPR:6(1)(f)"),
    ("pl", "art. 5 ust. 1 lit. f RODO", "GDPR:5(1)(f)"),
    ("pl", "art. 5 ust. 1 lit. a) i f) RODO", "GDPR:5(1)(a) GDPR:5(1)(f)"),
    ("pl", "art. 4 pkt 7 RODO", "GDPR:4(7)"),
    ("pl", "art. 83 ust. 4 lit. a i ust. 5 lit. a RODO", "GDPR:83(4)(a) GDPR:83(5)(a)"),
    ("pl", "art. 24 ust. 1 i art. 32 ust. 1-2 RODO", "GDPR:24(1) GDPR:32(1) GDPR:32(2)"),
    ("pl", "art. 6 ust. 1 w zw. z art. 9 ust. 2 RODO", "GDPR:6(1) GDPR:9(2)"),
    ("pl", "art. 33 ust. 1 rozporządzenia 2016/679", "GDPR:33(1)"),
    ("pl", "art. 172 Prawa telekomunikacyjnego", "PL-PT:172"),
    ("pl", "art. 398 ustawy Prawo komunikacji elektronicznej", "PL-PKE:398"),
    ("pl", "art. 5 ust. 1 pkt 2 lit. a ustawy o ochronie danych osobowych", "PL-UODO-Act:5(1)(2)(a)"),
    (
        "pl",
        "art. 58 ust. 2 lit. b) w związku z art. 5 ust. 1 lit. f) rozporządzenia 2016/679",
        "GDPR:58(2)(b) GDPR:5(1)(f)",
    ),
    ("en", "s. 170 DPA 2018", "GB-DPA:170"),
    ("en", "s.170 of the DPA 2018", "GB-DPA:170"),
    ("en", "ss. 55A and 55B of the Data Protection Act 1998", "GB-DPA:55A GB-DPA:55B"),
    ("en", "s 155 DPA 2018", "GB-DPA:155"),
    ("en", "section 40(1) of the Data Protection Act 2018", "GB-DPA:40(1)"),
    ("en", "reg 22 PECR", "GB-PECR:22"),
    ("en", "reg. 22(2) of PECR", "GB-PECR:22(2)"),
    ("en", "regs 21 and 22 PECR", "GB-PECR:21 GB-PECR:22"),
    ("en", "regulations 22 and 23 of PECR 2003", "GB-PECR:22 GB-PECR:23"),
    ("en", "Regulation 22 of the Privacy and Electronic Communications Regulations 2003", "GB-PECR:22"),
    ("en", "Article 5.1(f) GDPR", "GDPR:5(1)(f)"),
    ("en", "Article 5.1.f and 25.2 of the UK GDPR", "UKGDPR:5(1)(f) UKGDPR:25(2)"),
    ("en", "Art 5 para 1 letter f GDPR", "GDPR:5(1)(f)"),
    ("en", "Art. 6(1), first subparagraph, point (f) UK GDPR", "UKGDPR:6(1)(f)"),
    ("en", "point (f) of Article 5(1) GDPR", "GDPR:5(1)(f)"),
    ("en", "points (a) and (f) of Article 6(1) GDPR", "GDPR:6(1)(a) GDPR:6(1)(f)"),
    ("en", "paragraph 1 of Article 32 GDPR", "GDPR:32(1)"),
    ("en", "paragraphs 1 and 2 of Article 32 of the GDPR", "GDPR:32(1) GDPR:32(2)"),
    ("en", "subparagraph (f) of paragraph 1 of Article 5 GDPR", "GDPR:5(1)(f)"),
    ("en", "Article 5(1)(f) and 32(1)–(2) UK GDPR", "UKGDPR:5(1)(f) UKGDPR:32(1) UKGDPR:32(2)"),
    ("en", "Articles 5 (1) (f) and 32 GDPR", "GDPR:5(1)(f) GDPR:32"),
    ("en", "Art. 5 I f) GDPR", "GDPR:5(1)(f)"),
    ("en", "Arts 12–14 UK GDPR", "UKGDPR:12 UKGDPR:13 UKGDPR:14"),
    ("en", "Article 5(1)(a) to (c) and Article 6 GDPR", "GDPR:5(1)(a) GDPR:5(1)(b) GDPR:5(1)(c) GDPR:6"),
    ("en", "Article 58 section 2 of the GDPR", "GDPR:58(2)"),
    ("en", "article 95, §1, 3° WOG", "BE-Law-2017:95(1)(3)"),
    ("nl", "artikel 13, eerste en tweede lid, van de AVG", "GDPR:13(1) GDPR:13(2)"),
    # a regulation about something else, another numbering, a working party: none is the GDPR
    ("fr", "l'article 5 du règlement sur les batteries", ""),
    ("nl", "artikel 6:162 BW", ""),
    ("en", "The ART29 WP adopted an opinion.", ""),
    ("en", "as per the regulation §2(1)", ""),
    ("de", "Verstoß gegen § 4 Abs. 1 BremDSGVOAG", ""),
    ("en", "Under Article 58(2), CNIL ordered deletion.", "GDPR:58(2)"),
    # an article beyond the last of the law named before is not of that law
    ("pt", "A LGPD vigora. O artigo 83.º também.", "GDPR:83 LGPD"),
]

# Laws by their place in a code, principles by their own word, numbers with dots of their own.
NUMBERS = [
    ("en", "the FTC alleges violations of 16 C.F.R. § 312.4.  COPPA applies.", "COPPA:312.4"),
    ("en", "16 C.F.R. § 312.4", "COPPA:312.4"),
    ("en", "16 CFR 312.5(a)(1)", "COPPA:312.5(a)(1)"),
    ("en", "16 CFR Part 312", "COPPA"),
    ("en", "Section 312.4 of the COPPA Rule", "COPPA:312.4"),
    (
        "en",
        "Sections 312.4(a) and 312.5(a)(1) of the COPPA Rule, 16 C.F.R. §§ 312.4(a) and 312.5(a)(1)",
        "COPPA:312.4(a) COPPA:312.5(a)(1)",
    ),
    ("en", "the COPPA Rule", "COPPA"),
    ("en", "45 CFR 164.308(a)(1)", "HIPAA:164.308(a)(1)"),
    ("en", "OCR found violations of 45 C.F.R. § 164.308(a)(1)(ii)(A).", "HIPAA:164.308(a)(1)(ii)(A)"),
    ("en", "45 C.F.R. §§ 164.404 and 164.408 of HIPAA", "HIPAA:164.404 HIPAA:164.408"),
    ("en", "APP 11.1", "AU-Privacy-Act:APP~11.1"),
    ("en", "APPs 1.2, 3.3 and 11.1", "AU-Privacy-Act:APP~1.2 AU-Privacy-Act:APP~3.3 AU-Privacy-Act:APP~11.1"),
    ("en", "Australian Privacy Principle 11.1", "AU-Privacy-Act:APP~11.1"),
    ("en", "Australian Privacy Principles 6 and 11", "AU-Privacy-Act:APP~6 AU-Privacy-Act:APP~11"),
    (
        "en",
        "Australian Privacy Principle 11.1 and section 13G of the Privacy Act 1988",
        "AU-Privacy-Act:APP~11.1 AU-Privacy-Act:13G",
    ),
    ("en", "The Privacy Commissioner of New Zealand found a breach of IPP 5.", "NZ-Privacy-Act:IPP~5"),
    ("en", "information privacy principle 5 of the Privacy Act 2020", "NZ-Privacy-Act:IPP~5"),
    ("en", "Hong Kong's Privacy Commissioner found a contravention of DPP 4(1).", "HK-PDPO:DPP~4(1)"),
    ("en", "Data Protection Principle 4(1) of the PDPO", "HK-PDPO:DPP~4(1)"),
    ("en", "Principle 4.3 of PIPEDA", "PIPEDA:4.3"),
    ("en", "PIPEDA Principle 4.7.1", "PIPEDA:4.7.1"),
    ("en", "Principles 4.3 and 4.7 of Schedule 1 of PIPEDA", "PIPEDA:4.3 PIPEDA:4.7"),
    ("en", "subsection 5(3) of PIPEDA", "PIPEDA:5(3)"),
    ("en", "Section 1798.100(c) of the CCPA", "CCPA:1798.100(c)"),
    ("en", "California Civil Code sections 1798.100 and 1798.130", "CCPA:1798.100 CCPA:1798.130"),
    ("en", "CCPA § 1798.135(a)", "CCPA:1798.135(a)"),
    ("en", "BIPA section 15(b)", "BIPA:15(b)"),
    ("en", "740 ILCS 14/15(b)", "BIPA:15(b)"),
    ("en", "sections 15(a) and (b) of BIPA", "BIPA:15(a) BIPA:15(b)"),
    ("en", "16 C.F.R. § 314.4 of the Safeguards Rule", "GLBA:314.4"),
    ("en", "16 CFR 314.4(c)", "GLBA:314.4(c)"),
    ("en", "Section 5(a) of the FTC Act, 15 U.S.C. § 45(a)", "FTC-Act:5(a)"),
    ("en", "15 U.S.C. § 45(a)", "FTC-Act:5(a)"),
    ("en", "15 U.S.C. § 1681b of the Fair Credit Reporting Act", "FCRA:1681b"),
    ("en", "section 3.5 of Quebec's Law 25", "CA-QC-Law25:3.5"),
    (
        "fr",
        "l'article 3.5 de la Loi sur la protection des renseignements personnels dans le secteur privé",
        "CA-QC-Law25:3.5",
    ),
    ("fr", "La CAI du Québec a constaté un manquement à l'article 10 de la Loi sur le privé.", "CA-QC-Law25:10"),
    ("en", "Article 23 of Japan's APPI", "APPI:23"),
    ("en", "Article 29 of Korea's Personal Information Protection Act", "PIPA-KR:29"),
    ("en", "Article 24-2(1) of South Korea's PIPA", "PIPA-KR:24-2(1)"),
    ("en", "section 24 of Singapore's PDPA", "PDPA-SG:24"),
    ("en", "sections 24(a) and 26D(1) of the Personal Data Protection Act 2012", "PDPA-SG:24(a) PDPA-SG:26D(1)"),
    ("en", "section 19 of POPIA", "POPIA:19"),
    ("en", "§ 500.3 of 23 NYCRR 500", "NY-23NYCRR500:500.3"),
    ("en", "23 NYCRR § 500.12(b)", "NY-23NYCRR500:500.12(b)"),
    ("en", "section 43A of the Information Technology Act, 2000", "IN-IT-Act:43A"),
    ("en", "section 8(5) of the DPDP Act", "DPDP:8(5)"),
    ("en", "N.Y. Gen. Bus. Law § 899-bb", "NY-SHIELD:899-bb"),
    ("en", "Article 28 of the Digital Services Act", "DSA:28"),
    ("en", "Article 5(2) DMA", "DMA:5(2)"),
    ("en", "Article 5(1)(f) of the AI Act", "AIA:5(1)(f)"),
    ("en", "Article 4 of the Data Act", "Data-Act:4"),
    ("de", "Art. 4 Data Act", "Data-Act:4"),
    ("fr", "l'article 4 du règlement (UE) 2023/2854", "Data-Act:4"),
    ("en", "Article 5(3) of the ePrivacy Directive", "ePrivacy:5(3)"),
    ("en", "Regulation 5 of the ePrivacy Regulations (S.I. 336/2011)", "IE-SI336:5"),
    ("en", "Regulation 13 of S.I. No. 336 of 2011", "IE-SI336:13"),
]


def read(component, lang, text, publisher=None):
    """Return the ids of the provisions; "~" is for the space in one."""
    nlp = component(lang, "regulators", "provisions")
    doc: Doc = nlp.make_doc(text)
    doc._.dpawatch_context = Context(publisher=publisher)
    return {m.id.replace(" ", "~") for m in nlp(doc)._.dpawatch_provisions}


@pytest.mark.parametrize(("lang", "text", "ids"), [*COUNTRIES, *FORMS, *NUMBERS])
def test_provisions_to_the_letter(component, lang, text, ids):
    assert read(component, lang, text) == set(ids.split())


def test_the_publisher_tells_whose_law_it_is(component):
    text = "Section 117 of the Data Protection Act 2018 gives a right to damages."
    assert read(component, "en", text, "ie-dpc") == {"IE-DPA:117"}
    assert read(component, "en", text) == {"GB-DPA:117"}


def test_a_shared_name_stays_open_when_nothing_points_to_a_country(component):
    assert read(component, "en", "Section 6 of the Privacy Act was breached.") == set()


def test_the_regulator_named_last_before_a_shared_name_decides():
    names = [LawMention("GB-DPA", (at, at + 3), ("GB-DPA", "IE-DPA")) for at in (10, 50)]
    places = [Place(0, "GB", True), Place(40, "IE", True), Place(45, "GB", False)]
    assert [m.law for m in settle_laws(names, places, None)] == ["GB-DPA", "IE-DPA"]
    assert settle_laws(names[:1], [Place(0, "JM", True)], None) == []


def test_parts_before_an_article_belong_to_its_first_only(component):
    text = "points (a) and (b) of Article 6(1) and Article 9 GDPR"
    mentions = component("en", "provisions")(text)._.dpawatch_provisions
    assert {m.id: text[slice(*m.span)] for m in mentions} == {
        "GDPR:6(1)(a)": "points (a) and (b) of Article 6(1)",
        "GDPR:6(1)(b)": "points (a) and (b) of Article 6(1)",
        "GDPR:9": "Article 9",
    }
