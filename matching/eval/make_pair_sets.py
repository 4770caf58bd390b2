"""Makes labelled pairs for pairs_eval from lists and from the names of cities.

ofac_persons.csv, ofac_companies.csv: a listed name and its alias (true), and the
names of other records that share most with it (false, as many as are true).
cities.csv: the English name of a city and its name in another language (true),
and that of another city of like length and first letter (false); needs Babel
(PyPI: babel), whose names come from the Unicode CLDR.

Usage: make_pair_sets.py SHARED_DATA OUT_DIR
"""
import collections
import csv
import pathlib
import re
import sys

import lists

LANGUAGES = "ar be bg el fa he hi hy ja ka kk ko mk mr ne ru sr th uk ur zh".split()
GROUPS = {"ar": "arabic", "fa": "arabic", "ur": "arabic", "el": "greek", "he": "hebrew", "hi": "devanagari",
          "mr": "devanagari", "ne": "devanagari", "hy": "armenian", "ja": "kana", "ka": "georgian",
          "ko": "hangul", "th": "thai", "zh": "han"}


def parts(name):
    return set(re.findall(r"\w{3,}", name.casefold()))


class Neighbours:
    """For a name, those of other records that share the rarest words with it."""

    def __init__(self, records):
        self.names = [(record.key, name, parts(name)) for record in records for name in record.names]
        self.count = collections.Counter(word for _, _, words in self.names for word in words)
        self.by_word = collections.defaultdict(list)
        for i, (_, _, words) in enumerate(self.names):
            for word in words:
                self.by_word[word].append(i)

    def of(self, key, name, count):
        likeness = collections.Counter()
        for word in parts(name):
            for i in self.by_word[word]:
                if self.names[i][0] != key:
                    likeness[i] += 1 / self.count[word]
        ranked = sorted(likeness, key=lambda i: (-likeness[i], lists.number(self.names[i][1])))
        return [self.names[i][1] for i in ranked[:count]]


def listed_pairs(records, kind, group):
    """True pairs and as many false ones, each name's nearest neighbours first."""
    near, true, false = Neighbours(records), [], []
    for record in records:
        for name in record.names[1:]:
            true.append((record.names[0], name, kind, 1, group, "one record's names"))
        for name in near.of(record.key, record.names[0], len(record.names) - 1):
            false.append((record.names[0], name, kind, 0, group, "another record, words in common"))
    return true + false


def cities_in(language):
    """Time zones' cities in a language; in English the zone's own name where none is given."""
    import babel
    zones = babel.Locale(language).time_zones
    named = {zone: zones[zone]["city"] for zone in zones if "city" in zones[zone]}
    if language != "en":
        return named
    all_zones = set(babel.Locale("ru").time_zones)
    return {zone: named.get(zone, zone.split("/")[-1].replace("_", " ")) for zone in all_zones}


def city_pairs():
    english = cities_in("en")
    out = []
    for language in LANGUAGES:
        here = cities_in(language)
        both = sorted((english[zone], name) for zone, name in here.items() if zone in english)
        group = GROUPS.get(language, "cyrillic")
        for latin, native in both:
            if native.isascii():
                continue
            out.append((latin, native, "any", 1, group, f"one city, {language}"))
            like = [other for other, _ in both
                    if other != latin and abs(len(other) - len(latin)) < 4 and other[0] == latin[0]]
            if like:
                other = like[lists.number(language, latin) % len(like)]
                out.append((other, native, "any", 0, group, f"another city, {language}"))
    return out


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["query", "candidate", "kind", "match", "group", "reason"])
        writer.writerows(rows)
    print(f"{path}: {len(rows)} pairs, {sum(row[3] for row in rows)} true")


def main(shared, out):
    root, out = lists.folder(shared), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    records = lists.ofac(root) + [r for r in lists.forced_labour_orders(root) if r.kind == "company"]
    for kind, file in (("person", "ofac_persons.csv"), ("company", "ofac_companies.csv")):
        write(out / file, listed_pairs([r for r in records if r.kind == kind], kind, "latin"))
    try:
        write(out / "cities.csv", city_pairs())
    except ImportError:
        print("cities.csv: NOT made: Babel is not installed (pip install babel)", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
