"""What the voice is given for what is written."""

import pytest

from assets.author.spoken import spoken

ENGLISH = [
    ("It cost $3.5M.", "It cost 3.5 million dollars."),
    ("It cost $18.5m in all.", "It cost 18.5 million dollars in all."),
    ("A $2 billion plan", "A 2 billion dollar plan"),
    ("only $5.86 per ton", "only 5 dollars and 86 cents per ton"),
    ("$1 a day", "1 dollar a day"),
    ("between £10–20", "between 10 to 20 pounds"),
    ("a €300 oven", "a 300 euro oven"),
    ("at 90 km/h", "at 90 kilometres per hour"),
    ("a 14 km detour", "a 14 kilometre detour"),
    ("1 km away", "1 kilometre away"),
    ("at 24 °C", "at 24 degrees Celsius"),
    ("at 24°C.", "at 24 degrees Celsius."),
    ("In 2026 it ends.", "In twenty twenty-six it ends."),
    ("In 1954 ships were slow.", "In nineteen fifty-four ships were slow."),
    ("on 26 April 1956.", "on 26 April nineteen fifty-six."),
    ("since 1905", "since nineteen oh five"),
    ("by 2008", "by two thousand eight"),
    ("in 1800", "in eighteen hundred"),
    ("the early 1950s", "the early nineteen fifties"),
    ("the ’90s", "the nineties"),
    ("1914–1918", "nineteen fourteen to nineteen eighteen"),
    ("10–20 people", "10 to 20 people"),
    ("5% of all", "5 percent of all"),
    ("1,250.50 in total", "1250.50 in total"),
    ("194,582 items", "194582 items"),
    ("carries 1500 boxes", "carries 1500 boxes"),
    ("e.g. fish", "for example, fish"),
    ("Dr. Lee and Mr. Hay", "Doctor Lee and Mister Hay"),
    ("Shelf v2.0 is out", "Shelf version 2.0 is out"),
    ("NASA and ISO agreed", "NASA and ISO agreed"),
    ("the #1 cause", "the number 1 cause"),
    ("Salt & pepper", "Salt and pepper"),
    ("11.40 p.m.", "11 40 p.m."),
    ("90 MB of memory", "90 megabytes of memory"),
    ("the box — a cheap one — won", "the box, a cheap one, won"),
    ("CO2 rose", "C O 2 rose"),
    ("a 3-month trial", "a 3-month trial"),
]

ENGLISH += [
    ("Released on 2026-11-22.", "Released on 22 November twenty twenty-six."),
    ("on 22/11/2026 at 14:30", "on 22 November twenty twenty-six at 14 30"),
    ("on 3/4/2026", "on 3/4/twenty twenty-six"),
    ("On Nov 22 it ran.", "On November 22 it ran."),
    ("Sept. 11", "September 11"),
    ("from 9:05 to 17:00", "from 9 oh 5 to 17 o’clock"),
    ("Louis XIV and Henry VIII", "Louis the 14th and Henry the 8th"),
    ("World War II ended", "World War 2 ended"),
    ("Vitamin I and I", "Vitamin I and I"),
    ("1.4m people", "1.4 million people"),
    ("100k users", "100 thousand users"),
    ("USD 300 a year", "300 US dollars a year"),
    ("HTTP/2 and C++", "HTTP 2 and C plus plus"),
    ("at -5 °C", "at minus 5 degrees Celsius"),
    ("2–3x faster", "2 to 3 times faster"),
    ("1/8 of it", "one eighth of it"),
]

GERMAN = [
    ("Das kostet 3,5 Mio. €.", "Das kostet 3,5 Millionen Euro."),
    ("z. B. Fisch", "zum Beispiel Fisch"),
    ("1954 war das anders.", "neunzehnhundertvierundfünfzig war das anders."),
    ("Im Jahr 2026", "Im Jahr 2026"),
    ("die 1990er", "die neunzehnhundertneunziger"),
    ("am 26. April", "am sechsundzwanzigsten April"),
    ("am 1. Mai", "am ersten Mai"),
    ("im 21. Jahrhundert", "im einundzwanzigsten Jahrhundert"),
    ("1.250 Meter", "1250 Meter"),
    ("10–20 %", "10 bis 20 Prozent"),
    ("120 km/h", "120 Kilometer pro Stunde"),
    ("für 2,80 €", "für 2 Euro 80"),
    ("Dr. Weber", "Doktor Weber"),
    ("am 22.11.2026", "am zweiundzwanzigsten November 2026"),
    ("1.250,50 €", "1250 Euro 50"),
    ("1/4 Liter", "ein Viertel Liter"),
    ("bei -5 °C", "bei minus 5 Grad Celsius"),
]

SPANISH = [
    ("Cuesta 3,5 millones de €.", "Cuesta 3,5 millones de euros."),
    ("un 5 %", "un 5 por ciento"),
    ("a 90 km/h", "a 90 kilómetros por hora"),
    ("1.250 personas", "1250 personas"),
    ("En 2026 termina", "En 2026 termina"),
    ("10–20 años", "10 a 20 años"),
    ("en EE. UU.", "en Estados Unidos"),
    ("la Dra. Ruiz", "la doctora Ruiz"),
    ("2,80 €", "2 euros con 80"),
    ("el 22/11/2026", "el 22 de noviembre de 2026"),
    ("Luis XIV y Felipe II", "Luis 14 y Felipe segundo"),
    ("del siglo XIX", "del siglo 19"),
    ("1/4 de litro", "un cuarto de litro"),
]


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [("en", *case) for case in ENGLISH]
    + [("de", *case) for case in GERMAN]
    + [("es", *case) for case in SPANISH],
)
def test_signs_become_words(language: str, written: str, said: str) -> None:
    assert spoken(written, language) == said


def test_a_language_without_rules_keeps_its_figures() -> None:
    assert spoken("Il y a 3 bateaux.", "fr") == "Il y a 3 bateaux."
