"""How a country's name is written beside the spelling in the tables: word order, abbreviations, titles, brackets.

A name is first looked up as it stands (``places.fold``). Where that fails, it is read as its bag of words: articles and
"of" do not count, abbreviations are written out, and the order is free, so that "Korea, Rep. of", "Corée (la République
de)" and "Republic of Korea" meet. What is left over is never guessed: a reading that fits two places fits none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from upstander.core.name_folding import fold

Bag = tuple[
    str, ...
]  # sorted; a word that stands twice is there twice ("Sudan and South Sudan" is no State)

ARTICLES = frozenset(
    [
        "a",
        "al",
        "and",
        "d",
        "da",
        "das",
        "de",
        "del",
        "der",
        "di",
        "die",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "et",
        "l",
        "la",
        "las",
        "le",
        "les",
        "los",
        "of",
        "the",
        "und",
        "y",
        "и",
    ]
)
# Written out wherever they stand; several readings are tried one after the other, and the table decides.
SHORT: dict[str, tuple[str, ...]] = {
    "adm": ("administrative",),
    "ant": ("antilles",),
    "antil": ("antilles",),
    "arch": ("archipelago",),
    "bol": ("bolivarian",),
    "br": ("british",),
    "brit": ("british",),
    "dem": ("democratic", "democratique", "democratica"),
    "dpr": ("democratic people republic",),
    "dr": ("democratic republic",),
    "eq": ("equatorial",),
    "equat": ("equatorial",),
    "fed": ("federated", "federal"),
    "fr": ("french",),
    "fs": ("federated states",),
    "fyr": ("former yugoslav republic",),
    "herz": ("herzegovina",),
    "herzegowina": ("herzegovina",),
    "is": ("islands",),
    "isds": ("islands",),
    "isl": ("islands", "islamic"),
    "isld": ("islands",),
    "islds": ("islands",),
    "island": ("islands",),
    "ile": ("iles",),
    "isla": ("islas",),
    "i": ("islands",),
    "n": ("north", "northern", "new"),
    "neth": ("netherlands",),
    "occ": ("occupied",),
    "peoples": ("people",),
    "pn": ("papua new",),
    "pdr": ("people democratic republic",),
    "rep": ("republic", "republique", "republica"),
    "s": ("south", "southern", "sao"),
    "sa": ("south africa",),
    "rsa": ("south africa",),
    "sar": ("special administrative region",),
    "ssr": ("soviet socialist republic",),
    "sts": ("states",),
    "terr": ("territory",),
    "territories": ("territory",),
    "uk": ("united kingdom",),
    "us": ("united states",),
    "usa": ("united states",),
    "w": ("western",),
    "остров": ("острова",),
    "респ": ("республика",),
}
# Words of a State's title, in the languages of the United Nations. What is left after them must name one place.
TITLES = frozenset(
    [
        "arab",
        "bolivarian",
        "commonwealth",
        "confederation",
        "cooperative",
        "co",
        "operative",
        "democratic",
        "duchy",
        "eastern",
        "emirate",
        "emirates",
        "federal",
        "federation",
        "grand",
        "great",
        "hashemite",
        "independent",
        "islamic",
        "kingdom",
        "nation",
        "people",
        "plurinational",
        "principality",
        "republic",
        "socialist",
        "sovereign",
        "state",
        "states",
        "sultanate",
        "territory",
        "territorial",
        "collectivity",
        "country",
        "overseas",
        "union",
        "united",
        "republique",
        "royaume",
        "etat",
        "federale",
        "democratique",
        "populaire",
        "islamique",
        "principaute",
        "arabe",
        "unie",
        "federation",
        "republica",
        "reino",
        "estado",
        "federal",
        "democratica",
        "popular",
        "islamica",
        "principado",
        "unida",
        "federacion",
        "plurinacional",
        "республика",
        "королевство",
        "государство",
        "федеративная",
        "демократическая",
        "народная",
        "исламская",
        "княжество",
        "федерация",
        "объединенная",
        "جمهوريه",
        "مملكه",
        "دوله",
        "الجمهوريه",
        "المملكه",
        "الدوله",
        "الاتحاديه",
        "الديمقراطيه",
        "الشعبيه",
        "الاسلاميه",
        "العربيه",
    ]
)
# Bare names that two States have shared: without their title they would be a guess.
SHARED = frozenset(
    {
        "china",
        "congo",
        "germany",
        "guinea",
        "korea",
        "samoa",
        "sudan",
        "vietnam",
        "virgin islands",
        "yemen",
        "coree",
        "corea",
        "корея",
        "конго",
        "yougoslavie",
        "yugoslavia",
    }
)
THE_STATES = frozenset(
    {"united", "states"}
)  # a State of their own, no title: "Georgia (US)" is not Georgia
QUALIFIERS = frozenset(
    {
        "special administrative region",
        "province",
        "overseas territory",
        "non self governing territory",
    }
)
FORMER = re.compile(
    r"[(,]? ?\b(former|ex|formerly|up to \d{4}|until \d{4}|before \d{4})\b ?\)?", re.I
)
SHORTEST = 3  # letters of an abbreviation: these are near to everything that is a little longer
MOST_WORDS, MOST_READINGS = 16, 16  # a name longer than this is no name; readings multiply


def bags(name: str) -> Iterator[Bag]:
    """The bags of words that a name may be read as, likeliest first; few, and none for what is no name."""
    words = [w for w in _words(name) if w not in ARTICLES]
    if not words or len(words) > MOST_WORDS:
        return
    choices = [SHORT.get(w, (w,)) for w in words]
    for number, reading in enumerate(product(*choices)):
        if number == MOST_READINGS:
            return
        yield tuple(sorted(part for text in reading for part in text.split()))


def untitled(bag: Bag) -> Bag | None:
    """The bag without the words of a State's title; None where nothing, all of it, or a name of two States is left."""
    rest = tuple(word for word in bag if word not in TITLES)
    if not rest or rest == bag or " ".join(rest) in SHARED or set(bag) >= THE_STATES:
        return None
    return rest


def parts(name: str) -> list[str]:
    """What stands between brackets, commas and dashes: ``Guam (US)`` -> ``Guam``, ``US``."""
    pieces = [p.strip() for p in re.split(r"[()（）\[\],;:/]|\s[-–—]\s", name)]
    return [p for p in pieces if p and fold(p) not in QUALIFIERS]


def bracketed(name: str) -> list[str]:
    """What stands before the last bracket and in it: ``Cocos (Keeling) Islands (Australia)`` -> two."""
    match = re.fullmatch(r"(.*)[(（]([^()（）]*)[)）]\s*", name)
    return [match[1].strip(), match[2].strip()] if match else []


def without_former(name: str) -> str:
    """The name without "(former)" or "(up to 2011)"."""
    return FORMER.sub("", " ".join(name.split())).strip()


def mended(name: str) -> str:
    """The name as it was before its UTF-8 was read as Latin-1, once or twice (``CÃ´te`` -> ``Côte``); else unchanged."""
    for _ in range(2):
        try:
            name = name.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return name


def alike(asked: str, choices: Sequence[str], is_name: bool, least: float) -> list[str]:
    """The twelve choices most like what was asked, best first, at least so much alike (0 to 100)."""
    from rapidfuzz import fuzz, process

    scorer = fuzz.WRatio if is_name and len(asked) > SHORTEST else fuzz.ratio
    close = process.extract(
        asked, choices, scorer=scorer, processor=str.casefold, limit=12, score_cutoff=least
    )
    return [key for key, _, _ in close]


def _words(name: str) -> list[str]:
    """Folded words; letters with points are one word (``D.P.R.`` -> ``dpr``), and the genitive's s is none."""
    plain = re.sub(r"[’'`´]s\b", "", name)
    plain = re.sub(r"\bо-ва\b", "острова", plain, flags=re.I)
    plain = re.sub(r"\bо-в\b", "остров", plain, flags=re.I)
    plain = re.sub(
        r"\b((?:\w\.\s?){2,}|(?:[^\W\d_]\s){2,})", lambda m: re.sub(r"[.\s]", "", m[1]) + " ", plain
    )
    return fold(plain).replace("ة", "ه").replace("ى", "ي").split()
