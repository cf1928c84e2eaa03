"""Documents put into groups, to see where a classifier is weak, and splits by group.

A slice is a function of a document that names its group. Groups say something of
texts: the region of a text is where it is set, not where the people in it are from.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from tcls.errors import UsageError
from tcls.evaluation.intervals import Array, story_index
from tcls.reading.document import Document
from tcls.text.clean import furniture
from tcls.text.passages import Span

#: The group of documents that do not say.
UNKNOWN = "unknown"

#: Region, sub-region (UN M49, "Standard country or area codes for statistical use") → names.
#: Beside countries it holds their parts and short names as the corpus writes them, and
#: areas that lie in one region. Taiwan and Kosovo, which M49 does not list, stand with their
#: neighbours. A country that the corpus has never named may be missing: it is "unknown".
PLACES: Mapping[tuple[str, str], str] = {
    ("Africa", "Northern Africa"): "Algeria; Egypt; Libya; Morocco; North Africa; Sudan; Tunisia",
    ("Africa", "Eastern Africa"): (
        "Burundi; Comoros; Djibouti; East Africa; Eritrea; Ethiopia; Horn of Africa; Kenya; "
        "Madagascar; Malawi; Mauritius; Mozambique; Rwanda; Seychelles; Somalia; South Sudan; "
        "Tanzania; Uganda; Zambia; Zimbabwe"
    ),
    ("Africa", "Middle Africa"): (
        "Angola; Cameroon; Central Africa; Central African Republic; Chad; Congo; "
        "Democratic Republic of the Congo; Equatorial Guinea; Gabon"
    ),
    ("Africa", "Southern Africa"): (
        "Botswana; Eswatini; Lesotho; Namibia; South Africa; Southern Africa"
    ),
    ("Africa", "Western Africa"): (
        "Benin; Burkina Faso; Cape Verde; Côte d'Ivoire; Gambia; Ghana; Guinea; Guinea-Bissau; "
        "Gulf of Guinea; Ivory Coast; Liberia; Mali; Mauritania; Niger; Nigeria; Senegal; "
        "Sierra Leone; Togo; West Africa; West African"
    ),
    ("Africa", ""): "Africa; Sahel",
    ("Americas", "Caribbean"): (
        "Bahamas; Barbados; British Virgin Islands; Caribbean; Cuba; Dominican Republic; Haiti; "
        "Jamaica; Saint Lucia; Trinidad and Tobago"
    ),
    ("Americas", "Central America"): (
        "Belize; Central America; Costa Rica; El Salvador; Guatemala; Honduras; Mexico; "
        "Nicaragua; Panama"
    ),
    ("Americas", "South America"): (
        "Amazon basin; Andes; Argentina; Bolivia; Brazil; Chile; Colombia; Ecuador; Guyana; "
        "Paraguay; Peru; South America; Suriname; Uruguay; Venezuela"
    ),
    ("Americas", "Northern America"): "Canada; North America; United States; USA",
    ("Americas", ""): "Americas; Latin America",
    ("Asia", "Central Asia"): (
        "Central Asia; Kazakhstan; Kyrgyzstan; Tajikistan; Turkmenistan; Uzbekistan"
    ),
    ("Asia", "Eastern Asia"): (
        "China; East Asia; Hong Kong; Japan; Macau; Mongolia; North Korea; South Korea; Taiwan"
    ),
    ("Asia", "South-eastern Asia"): (
        "ASEAN; Brunei; Cambodia; Indonesia; Lao PDR; Laos; Malaysia; Mekong region; Myanmar; "
        "Philippines; Singapore; South-East Asia; Southeast Asia; Thailand; Timor-Leste; "
        "Viet Nam; Vietnam"
    ),
    ("Asia", "Southern Asia"): (
        "Afghanistan; Bangladesh; Bhutan; India; Iran; Maldives; Nepal; Pakistan; South Asia; "
        "South Asian; Sri Lanka"
    ),
    ("Asia", "Western Asia"): (
        "Armenia; Azerbaijan; Bahrain; Cyprus; Dubai; Georgia; Gulf; Iraq; Israel; Jordan; "
        "Kuwait; Lebanon; Northern Cyprus; Oman; Palestine; Qatar; Saudi Arabia; Syria; Turkey; "
        "Türkiye; UAE; United Arab Emirates; Yemen"
    ),
    ("Asia", ""): "Asia",
    ("Europe", "Eastern Europe"): (
        "Belarus; Bulgaria; Czech Republic; Czechia; Eastern Europe; Hungary; Moldova; Poland; "
        "Romania; Russia; Slovakia; Transnistria; Ukraine"
    ),
    ("Europe", "Northern Europe"): (
        "Britain; Denmark; England; Estonia; Finland; Iceland; Ireland; Isle of Man; Latvia; "
        "Lithuania; Northern Europe; Northern Ireland; Norway; Scotland; Sweden; UK; "
        "United Kingdom; Wales"
    ),
    ("Europe", "Southern Europe"): (
        "Albania; Bosnia and Herzegovina; Croatia; Greece; Italy; Kosovo; Malta; Montenegro; "
        "North Macedonia; Portugal; Serbia; Slovenia; Southern Europe; Spain; Vatican"
    ),
    ("Europe", "Western Europe"): (
        "Austria; Belgium; France; Geneva; Germany; Luxembourg; Monaco; Netherlands; "
        "Switzerland; Vienna; Western Europe"
    ),
    ("Europe", ""): "Balkans; Central Europe; Europe; European; European Union; Nordic",
    ("Oceania", "Australia and New Zealand"): "Australia; New Zealand",
    ("Oceania", "Melanesia"): "Fiji; Papua New Guinea; Solomon Islands; Vanuatu",
    ("Oceania", "Micronesia"): "Kiribati; Marshall Islands; Micronesia; Nauru; Palau",
    ("Oceania", "Polynesia"): "Polynesia; Samoa; Tonga; Tuvalu",
    ("Oceania", ""): "Oceania; Pacific",
}
#: Start with the name of one region and mean more than it.
_WIDER = ("Asia-Pacific", "Asia and the Pacific", "global", "anywhere", "worldwide")


@cache
def _places() -> tuple[re.Pattern[str], Mapping[str, tuple[str, str]]]:
    home = {
        name.casefold(): region for region, names in PLACES.items() for name in names.split("; ")
    }
    home |= {name.casefold(): (UNKNOWN, "") for name in _WIDER}
    longest_first = sorted(home, key=lambda name: (-len(name), name))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), home


def world_region(place: str, fine: bool = False) -> str:
    """The UN M49 region (`fine`: the sub-region) of the first place that `place` names.

    The first is where a text is set, those after it are what it is about, so
    "United States, Georgia" is in the Americas. "unknown" when it names none.

    >>> world_region("Kenya / Myanmar"), world_region("Kenya", fine=True), world_region("global")
    ('Africa', 'Eastern Africa', 'unknown')
    """
    pattern, home = _places()
    found = pattern.search(place.casefold().replace("\u2019", "'"))
    region, part = home[found.group()] if found else (UNKNOWN, "")
    return part or region if fine else region


def genre(document: Document) -> str:
    """What kind of text it is, as the seed says."""
    return str(document.meta.get("genre") or UNKNOWN)


#: Whose text a genre is, in the codebook's words; all others are their author's own.
_VOICES = {
    "police_release": "state", "prosecutor_release": "state", "government_report": "state",
    "parliament": "state", "consumer_alert": "state", "court_judgment": "court",
    "un_statement": "UN_IGO", "ngo_report": "NGO", "testimony": "survivor",
    "company_blog": "company", "job_advert": "company",
}  # fmt: skip


def source_voice(document: Document) -> str:
    """Who speaks in it as a whole, by its genre: state, court, UN_IGO, NGO, survivor, company
    or author. Who is quoted inside a text is not told."""
    kind = genre(document)
    return UNKNOWN if kind == UNKNOWN else _VOICES.get(kind, "author")


def region(document: Document) -> str:
    """The UN M49 region where it is set, as far as the seed says."""
    return world_region(str(document.meta.get("region") or ""))


def year(document: Document) -> str:
    """The year of its date (ISO 8601)."""
    found = re.match(r"\d{4}(?!\d)", str(document.meta.get("date") or ""))
    return found.group() if found else UNKNOWN


def length(document: Document) -> str:
    """How many words it has."""
    n = len(document.text.split())
    bands = ((50, "under 50 words"), (150, "50-149 words"), (400, "150-399 words"))
    return next((name for limit, name in bands if n < limit), "400 words and more")


def boilerplate(document: Document) -> str:
    """Which share of its characters is site furniture: as marked in the seed, or, where
    nothing is marked, as `tcls.text.clean` finds it."""
    marked = document.meta.get("furniture")
    spans = [Span(*pair) for pair in marked] if marked else furniture(document.text)
    share = sum(s.end - s.start for s in spans) / max(1, len(document.text))
    return "none" if share == 0 else "under 20 %" if share < 0.2 else "20 % and more"


#: Every slice by its name.
SLICES: Mapping[str, Callable[[Document], str]] = {
    "genre": genre, "source_voice": source_voice, "region": region, "length": length,
    "year": year, "boilerplate": boilerplate,
}  # fmt: skip


def groups(documents: Sequence[Document], by: str) -> dict[str, Array]:
    """For each group of a slice, sorted by name, a mask over the D documents.

    Raises UsageError for a slice that does not exist.
    """
    if by not in SLICES:
        raise UsageError(f"no slice {by!r}; expected one of {', '.join(SLICES)}")
    names = np.array([SLICES[by](document) for document in documents])
    return {str(name): names == name for name in np.unique(names)}


def temporal_split(
    dates: Sequence[str], stories: Sequence[str], share: float = 0.2
) -> tuple[Array, Array]:
    """Masks (train, test) over D documents: the test side is the newest `share` of dated
    documents, by whole stories, each as old as its oldest document.

    Dates are ISO 8601 or "". Documents without a date, or whose story has none, are on
    neither side. Stories of one date stay on one side, so the share is only met about.
    """
    oldest: dict[str, str] = {}
    for date, story in zip(dates, stories, strict=True):
        if date:
            oldest[story] = min(date, oldest.get(story, date))
    dated = np.array([bool(date) for date in dates], dtype=bool)
    start = np.array([oldest.get(story, "") for story in stories])
    if not dated.any():
        return dated, dated.copy()
    ordered = np.sort(start[dated])
    cut = ordered[min(len(ordered) - 1, round((1 - share) * len(ordered)))]
    return dated & (start < cut), dated & (start >= cut)


def leave_one_out(
    names: Sequence[str], stories: Sequence[str]
) -> Iterator[tuple[str, Array, Array]]:
    """For each group (a genre, say), sorted: its name, and the indices to train and test on.

    Stories that reach into the group left out are not trained on either.
    """
    group, (story, _) = np.array(names), story_index(stories)
    for name in sorted(set(names)):
        test = group == name
        train = ~np.isin(story, story[test])
        yield name, np.flatnonzero(train), np.flatnonzero(test)


@dataclass(frozen=True, slots=True)
class Dependence:
    """Whether labels and groups go together. `cramers_v` is from 0 (not at all) to 1;
    `p_value` is the chance of as much dependence if labels had nothing to do with groups."""

    chi_square: float
    cramers_v: float
    p_value: float
    n: int


def _chi_square(label: Array, group: Array, labels: int, of: int) -> float:
    counts = np.bincount(label * of + group, minlength=labels * of).reshape(labels, of)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / len(label)
    return float(((counts - expected) ** 2 / expected).sum())


def independence(
    labels: Sequence[str],
    groups: Sequence[str],
    stories: Sequence[str],
    seed: int = 0,
    permutations: int = 1000,
    ignore: Array | None = None,
) -> Dependence:
    """Permutation test of dependence between a label and, say, the region of its text.

    Pearson's chi-square; the labels of a story move together, to a story of as many
    documents, so that copies are not taken for evidence. p = (b + 1)/(m + 1). `ignore`
    marks documents that do not count (those of unknown region, say).
    """
    keep = range(len(labels)) if ignore is None else np.flatnonzero(~ignore).tolist()
    label, n_labels = story_index([labels[i] for i in keep])
    group, n_groups = story_index([groups[i] for i in keep])
    if min(n_labels, n_groups) < 2:
        return Dependence(0.0, 0.0, 1.0, len(label))
    members: dict[str, list[int]] = defaultdict(list)
    for place, i in enumerate(keep):
        members[stories[i]].append(place)
    by_size: dict[int, list[list[int]]] = defaultdict(list)
    for places in members.values():
        by_size[len(places)].append(places)
    blocks = [np.array(by_size[size]) for size in sorted(by_size)]
    observed = _chi_square(label, group, n_labels, n_groups)
    random = np.random.default_rng(seed)
    further = 0
    for _ in range(permutations):
        moved = label.copy()
        for block in blocks:
            moved[block] = label[block[random.permutation(len(block))]]
        further += _chi_square(moved, group, n_labels, n_groups) >= observed - 1e-9
    v = float(np.sqrt(observed / len(label) / (min(n_labels, n_groups) - 1)))
    return Dependence(observed, v, (further + 1) / (permutations + 1), len(label))
