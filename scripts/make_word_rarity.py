"""Makes data/word_rarity.csv: how much a word tells in a company's name.

Counts, over lists of companies, in how many names a word stands. Words that
stand in four names or more get a weight of 1 to 99 (100 * idf / idf of a word in
three names); all others weigh 100. Names of persons are not read, and words that
occur as a person's name (data/given_names.csv, and the individuals on the lists
themselves) are left out.

Usage: make_word_rarity.py SHARED_DATA > data/word_rarity.csv
"""
import csv
import json
import math
import pathlib
import re
import sys
import unicodedata

MIN_NAMES = 4
MAX_ROWS = 1500


def words_of(name):
    text = unicodedata.normalize("NFD", name.casefold())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return set(re.findall(r"[a-z]{2,}", text.replace("'", "")))


def column(path, name):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def ofac(path):
    """Names and whether they are individuals."""
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return [(row[1], row[2].strip() == "individual") for row in csv.reader(file) if len(row) > 2]


def main(shared):
    shared = pathlib.Path(shared)
    listed = ofac(shared / "ofac-cons/cons_prim.csv")
    companies = [name for name, person in listed if not person]
    companies += column(shared / "uk-msu-organisations/private-organisations.csv", "OrganisationName")
    companies += column(shared / "gleif-lei-sample/lei2-sample.csv", "Entity.LegalName")
    companies += column(shared / "us-cbp-wro-names/wro_names.csv", "name")
    with open(shared / "open-apparel-registry/facilities.json", encoding="utf-8") as file:
        companies += [row["fields"]["name"] for row in json.load(file)]
    persons = set()
    for name, person in listed:
        if person:
            persons |= words_of(name)
    with open("data/given_names.csv", encoding="utf-8") as file:
        for line in file:
            persons |= words_of(line)
    counts = {}
    for name in companies:
        for word in words_of(name):
            counts[word] = counts.get(word, 0) + 1
    scale = math.log(len(companies) / (MIN_NAMES - 1))
    kept = [w for w, n in counts.items() if n >= MIN_NAMES and w not in persons]
    kept = sorted(kept, key=lambda w: (-counts[w], w))[:MAX_ROWS]
    print("# Weight of words in names of companies, 1 (says nothing) to 99; words not listed have 100.")
    print(f"# Made by scripts/make_word_rarity.py from {len(companies)} names of companies on public registers (UK modern")
    print("# slavery statement registry, GLEIF sample, OFAC consolidated list, CBP orders, Open Apparel Registry);")
    print("# words that also occur as names of persons there are left out. Compiled 2026-11-25.")
    print("word,weight")
    for word in sorted(kept):
        weight = round(100 * math.log(len(companies) / counts[word]) / scale)
        print(f"{word},{max(1, min(99, weight))}")


if __name__ == "__main__":
    main(sys.argv[1])
