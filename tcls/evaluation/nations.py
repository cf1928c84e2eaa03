"""Names of countries and their people, and how to put one nation in the place of another.

A text about forced crime must be judged alike wherever it is set and whoever is in it.
Names follow the country names list of the Foreign, Commonwealth and Development Office
(United Kingdom, open data); names that are also something else (Georgia, Jordan, Chad,
Guinea) are left out, and so are nations whose names stand inside another's.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

#: Country; adjective, which is also the noun for one person; noun for several; other
#: adjectives by which the nation is found; other names of the country.
_TABLE = """
Afghanistan; Afghan; Afghans
Albania; Albanian; Albanians
Bangladesh; Bangladeshi; Bangladeshis
Brazil; Brazilian; Brazilians
Cambodia; Cambodian; Cambodians
Cameroon; Cameroonian; Cameroonians
Canada; Canadian; Canadians
China; Chinese; Chinese
Colombia; Colombian; Colombians
Egypt; Egyptian; Egyptians
Eritrea; Eritrean; Eritreans
Ethiopia; Ethiopian; Ethiopians
France; French; French
Germany; German; Germans
Ghana; Ghanaian; Ghanaians
Haiti; Haitian; Haitians
India; Indian; Indians
Indonesia; Indonesian; Indonesians
Iran; Iranian; Iranians
Italy; Italian; Italians
Japan; Japanese; Japanese
Kazakhstan; Kazakh; Kazakhs
Kenya; Kenyan; Kenyans
Laos; Laotian; Laotians; Lao; Lao PDR
Malaysia; Malaysian; Malaysians
Mexico; Mexican; Mexicans
Morocco; Moroccan; Moroccans
Myanmar; Burmese; Burmese; ; Burma
Nepal; Nepali; Nepalis; Nepalese
the Netherlands; Dutch; Dutch
Nigeria; Nigerian; Nigerians
Norway; Norwegian; Norwegians
Pakistan; Pakistani; Pakistanis
Peru; Peruvian; Peruvians
the Philippines; Filipino; Filipinos; Filipina, Philippine
Poland; Polish; Poles
Portugal; Portuguese; Portuguese
Romania; Romanian; Romanians
Russia; Russian; Russians
Singapore; Singaporean; Singaporeans
Spain; Spanish; Spaniards
Sweden; Swedish; Swedes
Taiwan; Taiwanese; Taiwanese
Tanzania; Tanzanian; Tanzanians
Thailand; Thai; Thais
Uganda; Ugandan; Ugandans
Ukraine; Ukrainian; Ukrainians
Venezuela; Venezuelan; Venezuelans
Vietnam; Vietnamese; Vietnamese; ; Viet Nam
Zimbabwe; Zimbabwean; Zimbabweans
Costa Rica; Costa Rican; Costa Ricans
El Salvador; Salvadoran; Salvadorans
Hong Kong; Hong Kong; Hong Kongers
New Zealand; New Zealand; New Zealanders
Papua New Guinea; Papua New Guinean; Papua New Guineans
Saudi Arabia; Saudi Arabian; Saudi Arabians; Saudi
Sierra Leone; Sierra Leonean; Sierra Leoneans
South Africa; South African; South Africans
South Korea; South Korean; South Koreans
Sri Lanka; Sri Lankan; Sri Lankans
Trinidad and Tobago; Trinidadian; Trinidadians
the United Arab Emirates; Emirati; Emiratis; ; UAE
the United Kingdom; British; Britons; ; UK, Britain
the United States; American; Americans; ; United States of America, US, USA, America
"""
_VOWEL = re.compile(r"(?i)(?!u[gkn]|eu)[aeiou]")
#: What makes a name part of a longer one (South China Sea, Latin American, Port of Spain, the
#: Republic of Indonesia).
_BEFORE = r"(?<![\w$€£-])" + "".join(
    f"(?<!{word} )"
    for word in (
        "North",
        "South",
        "East",
        "West",
        "Northern",
        "Southern",
        "Central",
        "Latin",
        "New",
        "Port of",
        "Republic of",
        "Kingdom of",
    )
)
_AFTER = (
    r"(?![\w$]|-[A-Z])(?! (?:Sea|Ocean|Express|Airlines|Airways|Virgin|Columbia|Samoa)\b)"
    r"(?! People['\u2019]s )"
)
#: What stands before the first word of a sentence.
_BEGINS = re.compile(r"(?:\A|[.!?\n])\W*\Z")


@dataclass(frozen=True, slots=True)
class Nation:
    """A nation's names. `country` begins with "the" where its name has an article."""

    country: str
    adjective: str
    people: str
    found_by: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def bare(self) -> str:
        """The country without its article."""
        return self.country.removeprefix("the ")


def _row(line: str) -> Nation:
    country, adjective, people, *more = (cell.strip() for cell in line.split(";"))
    others = [tuple(name.strip() for name in cell.split(",") if name.strip()) for cell in more]
    return Nation(country, adjective, people, *others)


NATIONS: tuple[Nation, ...] = tuple(_row(line) for line in _TABLE.strip().splitlines())

Pick = Callable[[str], bool]


def _names(nation: Nation, kind: str) -> dict[str, str]:
    """Every name of one kind ("country" or "nationality") → the field that stands for it."""
    if kind == "country":
        return dict.fromkeys((nation.bare, *nation.also), "country")
    adjectives = dict.fromkeys((nation.adjective, *nation.found_by), "adjective")
    return {nation.people: "people"} | adjectives


@cache
def _pattern(kind: str) -> tuple[re.Pattern[str], dict[str, tuple[Nation, str]]]:
    """What finds names of a kind, and what each stands for. Names of the other kind are
    found as well, with an empty field: Saudi Arabia holds no nationality to swap."""
    known: dict[str, tuple[Nation, str]] = {}
    for nation in NATIONS:
        other = "country" if kind == "nationality" else "nationality"
        known |= {name: (nation, "") for name in _names(nation, other)}
    for nation in NATIONS:
        for name, field in _names(nation, kind).items():
            if kind == "country" or name != nation.bare:
                known[name] = (nation, field)
    longest = "|".join(re.escape(n) for n in sorted(known, key=lambda n: (-len(n), n)))
    article = r"(?:(?P<article>\b[Aa]n?|\b[Tt]he)(?P<gap>[ \n]))?"
    own = r"(?P<own>['\u2019]s\b|(?<=s)['\u2019](?!\w))?"
    return re.compile(rf"{article}{_BEFORE}(?P<name>{longest}){_AFTER}{own}"), known


def _article(given: str, replacement: str, own: bool) -> str:
    """The article before a new name, with its space, made right; "" where none belongs."""
    if given.lower() in ("a", "an"):
        return given[0] + ("n" if _VOWEL.match(replacement) else "")
    return "" if own else given


def _possessive(mark: str, name: str) -> str:
    return mark if not mark else mark[0] if name.endswith("s") else mark[0] + "s"


def swap(text: str, kind: str, targets: Sequence[Nation]) -> str:
    """`text` with every known name of a kind ("country" or "nationality") replaced by one
    of `targets`, a nation for a nation; articles and possessives are made right.

    >>> swap("A Kenyan left the Philippines for Kenya.", "country", NATIONS[-1:])
    'A Kenyan left the United States for the United States.'
    >>> swap("A Kenyan’s story", "nationality", [n for n in NATIONS if n.bare == "Egypt"])
    'An Egyptian’s story'
    """
    pattern, known = _pattern(kind)
    mentioned = dict.fromkeys(known[m["name"]][0] for m in pattern.finditer(text))
    free = [nation for nation in targets if nation not in mentioned] or list(targets)
    start = crc32(text.encode("utf-8", "surrogatepass"))
    given = {nation: free[(start + i) % len(free)] for i, nation in enumerate(mentioned)}

    def put(found: re.Match[str]) -> str:
        nation, field = known[found["name"]]
        if not field:
            return found.group()
        new = given[nation]
        name = new.bare if field == "country" else str(getattr(new, field))
        lead, gap = found["article"] or "", found["gap"] or ""
        own = field == "country" and nation.country != nation.bare
        had = own and lead.lower() == "the"
        needs = field == "country" and new.country != new.bare
        article = _article(lead, name, had and not needs)
        if needs and not article:
            before = text[max(0, found.start() - 4) : found.start()]
            begins = _BEGINS.search(before if found.start() < 4 else "_" + before[1:])
            article, gap = "The" if begins else "the", gap or " "
        return f"{article}{gap if article else ''}{name}{_possessive(found['own'] or '', name)}"

    return pattern.sub(put, text)


def with_words(kind: str, several: bool) -> list[Nation]:
    """The nations whose name of a kind is one word, or several."""
    return [
        nation
        for nation in NATIONS
        if (" " in (nation.bare if kind == "country" else nation.adjective)) == several
    ]
