"""Reads the real lists under ../shared/data for the generators beside this file.

Nothing read here may be committed: the generators write where they are told.
"""
import csv
import hashlib
import json
import pathlib
import re
import sys


def folder(path):
    """The folder of the lists; ends the program, loudly, where it is absent."""
    root = pathlib.Path(path)
    if not (root / "ofac-cons/cons_prim.csv").is_file():
        sys.exit(f"{sys.argv[0]}: no lists under {root}: nothing was made. They stay with their "
                 "publishers; give the folder that has ofac-cons, us-csl-dpl, gleif-lei-sample, …")
    return root


def number(*parts):
    """A number that depends on the text alone, to choose and to shuffle by."""
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:6], "big")


def rows_of(path, header=True, tab=False):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        delimiter = "\t" if tab else ","
        reader = csv.DictReader(file, delimiter=delimiter) if header else csv.reader(file)
        return list(reader)


class Record:
    """A listed party: its names, the first one the publisher's own."""

    def __init__(self, key, kind, names, country=""):
        self.key, self.kind, self.country = key, kind, country
        self.names = []
        for name in names:
            name = " ".join(name.split())
            if name and name.casefold() not in (n.casefold() for n in self.names):
                self.names.append(name)


def ofac(root):
    alternatives = {}
    for row in rows_of(root / "ofac-cons/cons_alt.csv", header=False):
        if len(row) > 3:
            alternatives.setdefault(row[0], []).append(row[3])
    kinds = {"individual": "person", "vessel": "vessel"}
    return [Record("ofac-" + row[0], kinds.get(row[2].strip(), "company"),
                   [row[1]] + alternatives.get(row[0], []))
            for row in rows_of(root / "ofac-cons/cons_prim.csv", header=False) if len(row) > 2]


def screening_list(root):
    kinds = {"Individual": "person", "Entity": "company", "Vessel": "vessel"}
    out = []
    for i, row in enumerate(rows_of(root / "us-csl-dpl/csl.csv")):
        others = [name for name in row["alt_names"].split(";")]
        out.append(Record(f"csl-{i}", kinds.get(row["type"], "any"), [row["name"]] + others))
    return out


def denied_persons(root):
    names = sorted({row["Name"].strip() for row in rows_of(root / "us-csl-dpl/dpl.txt", tab=True)})
    return [Record(f"dpl-{i}", "any", [name]) for i, name in enumerate(names)]


def forced_labour_orders(root):
    out = []
    for i, row in enumerate(rows_of(root / "us-cbp-wro-names/wro_names.csv")):
        kind = "vessel" if row["schema"] == "Vessel" else "company"
        out.append(Record(f"wro-{i}", kind, [row["name"]] + re.split("[;|]", row["aliases"])))
    return out


def legal_entities(root):
    out = []
    for row in rows_of(root / "gleif-lei-sample/lei2-sample.csv"):
        others = [value for column, value in row.items()
                  if column and re.search(r"OtherEntityName\.\d$", column) and value]
        out.append(Record(row["LEI"], "company", [row["Entity.LegalName"]] + others,
                          row["Entity.LegalAddress.Country"]))
    return out


def factories(root):
    with open(root / "open-apparel-registry/facility_list_items.json", encoding="utf-8") as file:
        lines = [item["fields"]["raw_data"] for item in json.load(file)]
    names = sorted({row[1].strip() for row in csv.reader(lines) if len(row) > 2})
    return [Record(f"oar-{i}", "site", [name]) for i, name in enumerate(names) if name]


def british_organisations(root):
    rows = rows_of(root / "uk-msu-organisations/private-organisations.csv")
    names = sorted({row["OrganisationName"].strip() for row in rows})
    return [Record(f"gb-{i}", "company", [name], "GB") for i, name in enumerate(names)]
