"""Makes matching/testdata/country_pairs.csv: invented persons of 26 countries, so
that the tests can show whether names of some country fare worse than others.

For each country the same kinds of pairs, as many of each: true ones (original
script or marks against plain Latin letters, another order, a slip of the keys,
an initial) and false ones (one name shared, the other of the same country).

Usage: make_country_pairs.py > matching/testdata/country_pairs.csv
"""
import csv
import sys
import unicodedata

import invented
import lists
import make_search_set

COUNTRIES = {"english": "GB", "german": "DE", "french": "FR", "spanish": "ES", "portuguese": "BR", "italian": "IT",
             "polish": "PL", "turkish": "TR", "vietnamese": "VN", "indonesian": "ID", "nigerian": "NG",
             "persian": "IR", "russian": "RU", "ukrainian": "UA", "arabic": "EG", "hebrew": "IL", "greek": "GR",
             "georgian": "GE", "armenian": "AM", "indian": "IN", "thai": "TH", "chinese": "CN", "korean": "KR",
             "japanese": "JP"}
OF_EACH = 6


def plain(name):
    """Latin letters without marks, as keyboards abroad have them."""
    text = unicodedata.normalize("NFD", name)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return text.translate(str.maketrans("łŁđĐıøØ", "lLdDioO")).replace("ß", "ss")


def initialled(name, family_first):
    parts = name.split()
    if family_first:
        return " ".join([parts[0]] + [p[0] + "." for p in parts[1:]])
    return " ".join([p[0] + "." for p in parts[:-1]] + [parts[-1]])


def of_country(culture):
    """Persons as (native, latin, given, family) in an order by chance."""
    given, family = invented.NAMES[culture]
    middles = list(invented._parts(invented.PATRONYMICS.get(culture, ""))) or [None]
    people = []
    for g in invented._parts(given):
        for i, f in enumerate(invented._parts(family)):
            people.append((*invented._joined(culture, g, middles[i % len(middles)], f), g[1], f[1]))
    return sorted(people, key=lambda p: lists.number("country", p[1]))


def pairs(culture, country):
    people = of_country(culture)
    family_first = culture in invented.FAMILY_FIRST and culture != "japanese"
    for native, latin, _, _ in people[:OF_EACH]:
        yield native, plain(latin), 1, "as the country writes it, and in plain Latin letters"
    for _, latin, _, _ in people[OF_EACH:2 * OF_EACH]:
        yield latin, make_search_set.swapped(plain(latin)), 1, "another order"
    for native, latin, _, _ in people[2 * OF_EACH:3 * OF_EACH]:
        yield native, make_search_set.typo(plain(latin), country), 1, "a slip of the keys"
    for _, latin, _, _ in people[3 * OF_EACH:4 * OF_EACH]:
        yield latin, initialled(plain(latin), family_first), 1, "initials"
    for shared in (2, 3):
        for person in people[:2 * OF_EACH]:
            other = next((p for p in people[2 * OF_EACH:]
                          if p[shared] == person[shared] and p[5 - shared] != person[5 - shared]), None)
            if other:
                reason = "another family name" if shared == 2 else "another given name"
                yield person[0], plain(other[1]), 0, reason


def main():
    print("# Labelled pairs of invented persons, made by matching/eval/make_country_pairs.py. group = country (ISO 3166-1).")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["query", "candidate", "kind", "match", "group", "reason"])
    for culture, country in COUNTRIES.items():
        for query, candidate, match, reason in pairs(culture, country):
            writer.writerow([query, candidate, "person", match, country, reason])


if __name__ == "__main__":
    main()
