"""Pages that are no article are told from those that are, in twelve languages, by few words on a page that says little else."""

import gzip
import io
import json
import tarfile
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from ingest.defects import DESCRIPTIONS, find_defect
from ingest.pages import read_page

URL = "https://dpa.example/news/1"
CORPUS = Path(__file__).parents[3] / "shared/corpus"
MISSING = {"cs", "ro", "el", "hu", "ja"}
LANGUAGES = {"en", "fr", "de", "es", "it", "nl", "pl", "pt", "sv", "da", "nb", "fi"}
NEWS = "The authority closed its inquiry into the ferry company on Monday and published the order with its reasons. "


def find(title, text, **where):
    found = find_defect(title, text, URL, where.pop("found_at", URL), **where)
    return found[0] if found else None


PAGES = [
    ("error", "Agency", "Sorry, the page you are looking for has been removed. Try the search, or go back to the home page."),
    ("error", "Page introuvable | L'Autorité", "Vous pouvez revenir à l'accueil."),
    ("error", "404", "Nothing here."),
    ("error", "Behörde", "Die gewünschte Seite ist leider nicht vorhanden. Nutzen Sie bitte die Suche."),
    ("error", "Agencia", "La página solicitada no está disponible. Vuelva al inicio."),
    ("error", "Autorità", "La pagina richiesta non è disponibile."),
    ("error", "Autoriteit", "Deze pagina bestaat niet of is verplaatst."),
    ("error", "Urząd", "Przepraszamy, wystąpił błąd. Wróć na stronę główną."),
    ("error", "Comissão", "Ocorreu um erro. Volte à página inicial."),
    ("error", "Myndigheten", "Sidan du söker har flyttats eller tagits bort."),
    ("error", "Tilsynet", "Der opstod en fejl. Gå til forsiden."),
    ("error", "Tilsynet", "Det oppstod en feil. Gå til forsiden."),
    ("error", "Virasto", "Etsimääsi sivua ei ole. Siirry etusivulle."),
    ("error", "Úřad", "Požadovaná stránka zde není. Zpět na úvod."),
    ("error", "Pagina nu a fost găsită | Autoritatea", "Înapoi la prima pagină."),
    ("error", "Η σελίδα δεν βρέθηκε", "Επιστροφή στην αρχική."),
    ("error", "Αρχή", "Η σελίδα που ζητήσατε έχει μετακινηθεί."),
    ("error", "Az oldal nem található", "Vissza a kezdőlapra."),
    ("error", "Hatóság", "Sajnáljuk, a keresett oldal már nem elérhető."),
    ("error", "ページが見つかりません", "トップへ戻る"),
    ("error", "委員会", "申し訳ございません。お探しのページは移動しました。"),
    # what the machines behind a site say
    ("error", "", "Error establishing a database connection"),
    ("error", "Runtime Error", "Server Error in '/' Application. Description: nothing more is shown from afar."),
    ("error", "", "Warning: mysqli_connect(): (HY000/2002): Connection refused in /srv/site/db.php on line 12"),
    ("error", "", "Fatal error: Uncaught Error: Call to undefined function menu() in /srv/site/top.php:3"),
    ("challenge", "Request Rejected", "The requested URL was rejected. Your support ID is: 4512"),
    ("challenge", "", "Request unsuccessful. Incapsula incident ID: 77-12"),
    # who is asked from elsewhere, and who is not there any more
    (
        "error",
        "Local news",
        "We recognize you are attempting to access this site from a country of the European Economic Area, where the "
        "General Data Protection Regulation (GDPR) is enforced. Therefore access cannot be granted at this time.",
    ),
    ("error", "old-agency.example", "This domain is for sale! Make an offer, or ask a broker."),
    # read with cookies, or pay
    ("consent", "Zeitung", "Entscheiden Sie, wie Sie unsere Inhalte nutzen: Mit Klick auf Einverstanden, oder PUR-Abo abschließen."),
    ("consent", "The Daily", "We value your privacy. We and our partners store information on your device. Accept all cookies"),
    ("consent", "Le Quotidien", "Nous et nos partenaires lisons des informations sur votre appareil. Continuer sans accepter"),
    ("consent", "Zeitung", "Weiter mit Werbung oder im Pur-Abo. Zustimmen und weiter"),
    ("consent", "El Diario", "Usamos cookies propias y de terceros. Aceptar y continuar"),
    ("consent", "Il Giornale", "Noi e i nostri partner archiviamo informazioni. Accetta tutti"),
    ("consent", "Krant", "Wij en onze partners lezen gegevens op uw apparaat. Alles accepteren"),
    ("consent", "Gazeta", "My i nasi partnerzy przechowujemy dane. Przejdź do serwisu"),
    ("consent", "Jornal", "Nós e os nossos parceiros guardamos dados. Aceitar tudo"),
    ("consent", "Tidning", "Vi och våra partner lagrar uppgifter. Godkänn alla"),
    ("consent", "Avis", "Vi og vores partnere gemmer oplysninger. Accepter alle"),
    ("consent", "Avis", "Vi og våre partnere lagrer opplysninger. Godta alle"),
    ("consent", "Lehti", "Me ja kumppanimme tallennamme tietoja. Hyväksy kaikki"),
    ("login", "Portal", "Please sign in with the account of your company. Forgot password?"),
    ("login", "Portail", "Veuillez vous connecter. Mot de passe oublié ?"),
    ("login", "Anmelden – Portal", "Benutzername und Kennwort"),
    ("script", "App", "You need to enable JavaScript to run this app."),
    ("script", "App", "Bitte aktivieren Sie JavaScript in Ihrem Browser."),
    ("script", "App", "Veuillez activer JavaScript pour afficher cette page."),
    ("script", "App", "Per vedere la pagina attiva JavaScript."),
    ("challenge", "Just a moment...", "dpa.example needs to review the security of your connection."),
    ("challenge", "dpa.example", "Please complete the CAPTCHA. We have noticed unusual traffic from your network."),
    ("challenge", "dpa.example", "Bitte bestätigen Sie, dass Sie kein Roboter sind."),
    ("paywall", "Bank fined", NEWS * 3 + "Subscribe to continue reading. Already a subscriber? Log in"),
    ("paywall", "Banque sanctionnée", NEWS * 6 + "Il vous reste 70 % de cet article à lire. La suite est réservée aux abonnés."),
    ("paywall", "Bußgeld", NEWS * 3 + "Jetzt weiterlesen mit dem Digital-Abo."),
    ("paywall", "Multa", NEWS * 3 + "Para seguir leyendo, suscríbete."),
    ("paywall", "Sanzione", NEWS * 3 + "Contenuto riservato agli abbonati."),
    ("paywall", "Boete", NEWS * 3 + "Dit artikel is alleen voor abonnees."),
    ("paywall", "Kara", NEWS * 3 + "Artykuł tylko dla prenumeratorów."),
    ("paywall", "Coima", NEWS * 3 + "Artigo exclusivo para assinantes."),
    ("paywall", "Böter", NEWS * 3 + "Endast för prenumeranter."),
    ("paywall", "Bøde", NEWS * 3 + "Artiklen er kun for abonnenter."),
    ("paywall", "Gebyr", NEWS * 3 + "Saken er forbeholdt abonnenter."),
    ("paywall", "Sakko", NEWS * 3 + "Juttu on vain tilaajille."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "title", "text"), PAGES)
def test_what_is_no_article(kind, title, text):
    found = find_defect(title, text, URL, URL)
    assert found is not None
    assert found[0] == kind
    assert found[1].startswith(f"the page is {DESCRIPTIONS[kind]}, not the article: ")


ARTICLES = [
    # short news of what the words are about
    ("Fine for cookie banner", "The CNIL fined a publisher: readers could accept all cookies with one click and refuse with five."),
    ("Publisher must change its paywall", "Readers may pay or consent. The authority found that this choice is not free."),
    ("Leak on a login page", "A form for forgotten passwords showed the addresses of 4,000 patients."),
    ("Error page showed medical records", "An error page of the clinic's portal listed names and diagnoses."),
    ("404 Media sues agency over records", "The publication asked for contracts of a maker of cameras and went to court on Friday."),
    ("Error in a register costs bank 20,000 euros", "The bank reported a customer as a debtor by mistake."),
    ("Login data stolen", "Somebody offers the passwords of two million people for sale."),
    ("Amende pour des cookies", "La CNIL a sanctionné un éditeur dont le site déposait des cookies avant tout consentement."),
    ("Bußgeld wegen Cookie-Banner", "Ein Verlag ließ seinen Lesern keine Wahl: Ablehnen war nur nach fünf Klicks möglich."),
    ("Paper shuts out Europeans", "Since the GDPR applies, readers in the EEA are told that access is not granted."),
    ("Old domain of clinic for sale", "Whoever bought the domain, which was for sale for 12 euros, got the mail of 300 patients."),
    ("Firewall maker Imperva reports a leak", "The company told customers that an incident exposed their keys."),
    ("Database error exposes patients", "By an error in a database connection the clinic's site showed records of others."),
    ("Request rejected by court", "The court rejected the request of the company to see the file, and ordered it to pay the costs."),
    ("„Pay or okay“: Beschwerde gegen Zeitung", "Wer kein Pur-Abo abschließt, muss Cookies zustimmen. Ein Leser beschwerte sich."),
    ("Hiba a nyilvántartásban", "A hatóság bírságot szabott ki, mert az ügyfelek adatai nem voltak hozzáférhetők az oldalon."),
    ("Πρόστιμο για ιστοσελίδα", "Η Αρχή επέβαλε πρόστιμο, επειδή η σελίδα του νοσοκομείου έδειχνε στοιχεία ασθενών."),
    ("ウェブページの漏えい", "委員会は、ページの設定の誤りで個人データが見える状態だったとして、会社を指導した。"),
    # a long text in which there is all of it
    ("How websites ask", (NEWS * 20) + "We use cookies. Accept all cookies. Please log in. The page could not be found."),
    ("Order 7", "Order 7 was annulled."),
    ("", NEWS),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text"), ARTICLES)
def test_what_is_an_article(title, text):
    assert find(title, text) is None


def test_the_words_of_a_button_do_not_make_a_longer_text_a_consent_page():
    assert find("Order", NEWS * 6 + "Accept all cookies") is None
    assert find("Order", NEWS * 6 + "We use cookies. Accept all cookies") == "consent"


def test_a_redirect_to_the_home_page_is_an_error():
    assert find("Agency", NEWS * 30, found_at="https://dpa.example/en/") == "error"
    assert find_defect("Agency", NEWS * 30, "https://dpa.example/", "https://dpa.example/en/") is None


FREE = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": %s}</script>'


@pytest.mark.parametrize(
    ("stated", "is_free"), [("false", False), ('"False"', False), ("true", True), ('"http://schema.org/False"', False)]
)
def test_a_page_that_states_that_it_is_not_free(stated, is_free):
    page = read_page(
        f"<html><head>{FREE % stated}</head><body><p>{NEWS * 3}</p></body></html>".encode(), "text/html", URL
    )
    assert page.is_free is is_free
    assert find("Order", page.text, is_free=page.is_free) == (None if is_free else "paywall")
    # a search engine's reader is shown the whole text
    assert find("Order", NEWS * 30, is_free=page.is_free) is None


def test_every_kind_has_words_in_twelve_languages():
    tables = tomllib.loads(files("ingest").joinpath("defects.toml").read_text(encoding="utf-8"))
    assert set(tables) == {"titles", "phrases"}
    assert set(tables["phrases"]) == set(DESCRIPTIONS)
    # of the smaller languages, only what a missing page says
    wanted = {kind: LANGUAGES | (MISSING if kind == "error" else set()) for kind in DESCRIPTIONS}
    assert {kind: set(languages) for kind, languages in tables["phrases"].items()} == wanted
    assert set(tables["titles"]) <= set(DESCRIPTIONS)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_no_real_page_is_called_a_defect():
    pages = tarfile.open(CORPUS / "gdprhub_pages.tar.gz")  # noqa: SIM115
    called = []
    with pages:
        for member in pages:
            if member.isfile() and member.name.endswith(".html"):
                page = read_page(io.BytesIO(pages.extractfile(member).read()).getvalue(), "text/html", URL)
                called.append((member.name, find(page.title, page.text, is_free=page.is_free)))
    assert len(called) >= 50
    assert [name for name, kind in called if kind] == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
@pytest.mark.parametrize("name", ["news", "gdprhub", "enforcementtracker"])
def test_no_known_article_is_called_a_defect(name):
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    assert [r["id"] for r in records if find(r.get("title") or "", r["text"])] == []
