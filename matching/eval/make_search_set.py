"""Makes a list of some 9,000 records and searches with known answers for search_eval.

The list: the lists under ../shared/data, organisations of the United Kingdom as
everyday names between them, companies of native_companies.csv and invented
persons. The searches: aliases (each against the list without it), errors of
every class, original scripts, acronyms, and names on no list. Everything by
chance that depends on the text alone, so the same files on every machine.

Usage: make_search_set.py SHARED_DATA OUT_DIR     writes OUT_DIR/list.csv and searches.csv
"""
import csv
import pathlib
import re
import sys

import invented
import lists

LISTED_PERSONS, UNLISTED_PERSONS = 1200, 500
LISTED_BRITISH, UNLISTED_BRITISH = 3600, 500
SMALL = {"of", "the", "and", "for", "de", "la", "le", "del", "van", "von", "al", "a", "an", "in", "to", "et"}
FORMS = {"ltd", "limited", "inc", "llc", "plc", "corp", "corporation", "co", "company", "gmbh", "ag", "sa", "oao",
         "ooo", "zao", "pao", "ao", "jsc", "ojsc", "pjsc", "cjsc", "lp", "llp", "bv", "nv", "srl", "spa", "kg"}
SPELLINGS = [("kh", "h"), ("ou", "u"), ("ee", "i"), ("oo", "u"), ("y", "i"), ("ph", "f"), ("w", "v"), ("q", "k"),
             ("dh", "d"), ("sh", "sch"), ("ts", "tz"), ("ei", "ey"), ("j", "zh"), ("c", "k"), ("x", "ks"),
             ("ev", "iev"), ("ss", "s"), ("mm", "m"), ("ll", "l"), ("e", "i"), ("o", "u")]


def belongs(record):
    """Whether a record is listed: sister companies, which share their first word, stay together."""
    return lists.number("listed", record.names[0].split()[0].casefold()) % 2 == 0


def some(records, count, salt):
    return sorted(records, key=lambda r: lists.number(salt, r.key))[:count]


def typo(name, salt):
    """One letter of a long word wrong; two in names of more than twenty letters."""
    for turn in range(1 + (len(name) > 20)):
        places = [i for i in range(1, len(name) - 1) if name[i - 1:i + 2].isalpha()]
        if not places:
            return name
        n = lists.number("typo", salt, str(turn), name)
        i, way = places[n % len(places)], n // 1000 % 4
        if way == 0:
            name = name[:i] + name[i + 1:]
        elif way == 1:
            name = name[:i] + name[i] + name[i:]
        elif way == 2:
            name = name[:i] + name[i + 1] + name[i] + name[i + 2:]
        else:
            name = name[:i] + "aeiorstln"[n // 4000 % 9] + name[i + 1:]
    return name


def respelt(name, salt):
    """As another clerk hears it: two customary spellings changed."""
    lower = name.casefold()
    fitting = [pair for pair in SPELLINGS if pair[0] in lower[1:]]
    for turn in range(2):
        if fitting:
            old, new = fitting.pop(lists.number("respelt", salt, str(turn)) % len(fitting))
            at = lower.find(old, 1)
            if at > 0:
                lower = lower[:at] + new + lower[at + len(old):]
    return lower.title()


def words(name):
    return re.findall(r"[^\s,;()\"']+", name)


def swapped(name):
    if "," in name:
        before, _, behind = name.partition(",")
        return f"{behind.strip()} {before.strip()}"
    parts = words(name)
    return " ".join(parts[1:] + parts[:1])


def shortened(name, salt):
    """Without one word that is neither a legal form nor the longest."""
    parts = words(name)
    longest = max(parts, key=len)
    may_go = [p for p in parts if p != longest and p.casefold().strip(".") not in FORMS]
    if len(parts) < 3 or not may_go:
        return None
    gone = may_go[lists.number("short", salt) % len(may_go)]
    return " ".join(p for p in parts if p is not gone)


def other_form(name, salt):
    parts = words(name)
    kept = [p for p in parts if p.casefold().strip(".") not in FORMS]
    if len(kept) == len(parts) or not kept:
        return None
    forms = ["", "Ltd", "LLC", "Inc.", "Co., Ltd", "JSC", "Limited", "Corporation"]
    return " ".join(kept + [forms[lists.number("form", salt) % len(forms)]]).strip()


def acronym(name):
    """Of three words and more, small words and the legal form not counted."""
    parts = [p for p in re.split(r"[\s\-/]+", name) if p[:1].isalpha()]
    parts = [p for p in parts if p.casefold() not in SMALL and p.casefold().strip(".,") not in FORMS]
    return "".join(p[0] for p in parts).upper() if 3 <= len(parts) <= 7 else None


def is_acronym_of(short, name):
    letters = short.replace(".", "")
    if not re.fullmatch(r"[A-Z]{3,7}", letters):
        return False
    initials = [p[0].upper() for p in re.split(r"[\s\-/]+", name) if p[:1].isalpha()]
    small = [p[0].upper() for p in re.split(r"[\s\-/]+", name) if p[:1].isalpha() and p.casefold() not in SMALL]
    return len(small) >= 3 and any("".join(i).startswith(letters) for i in (initials, small))


def listed_records(root):
    """All records; those of everyday names chosen by chance."""
    own = (lists.ofac(root) + lists.screening_list(root) + lists.denied_persons(root) +
           lists.forced_labour_orders(root))
    seen, records = set(), []
    for record in own:  # one party stands on several lists
        if not seen & {name.casefold() for name in record.names}:
            records.append(record)
        seen |= {name.casefold() for name in record.names}
    entities = [r for r in lists.legal_entities(root) + lists.factories(root) if belongs(r)]
    british = [r for r in lists.british_organisations(root) if belongs(r)]
    return records, entities, some(british, LISTED_BRITISH, "british")


def native_companies():
    path = pathlib.Path(__file__).with_name("native_companies.csv")
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [(row["native"], row["latin"]) for row in rows]


def error_searches(record, i):
    """The class that falls to this record, and its search; None where it cannot have it."""
    name, salt = record.names[0], record.key
    person = record.kind == "person"
    made = [("typo", typo(name, salt)), ("respelt", respelt(name, salt)), ("swapped", swapped(name)),
            ("word missing", shortened(name, salt)),
            ("other form", None if person else other_form(name, salt)),
            ("acronym", acronym(name) if record.kind in ("company", "site") else None)]
    kind, query = made[i % len(made)]
    if kind == "swapped" and len(words(name)) < 2:
        return None
    return None if query is None or query.casefold() == name.casefold() else (query, kind)


def searches(own, entities, british, persons, companies):
    out = []
    for record in own + entities:
        for name in record.names[1:]:
            real = any(is_acronym_of(name, other) for other in record.names if other != name)
            if real or lists.number("alias", name) % 2 == 0 or len(record.names) < 3:
                out.append((name, record.kind, record.key, "real acronym" if real else "alias"))
    for i, record in enumerate(some(own + entities + british, 1800, "errors")):
        made = error_searches(record, i)
        if made:
            out.append((made[0], record.kind, record.key, made[1]))
    for i, (record, native) in enumerate(persons):
        if native != record.names[0] and record.names[0].isascii():
            out.append((native, "person", record.key, "original script"))
        elif i % 6 == 0:
            made = error_searches(record, i // 6)
            if made:
                out.append((made[0], "person", record.key, made[1]))
    for record, native in companies:
        out.append((native, "company", record.key, "original script"))
    return out


def unlisted(root, strangers):
    entities = [r for r in lists.legal_entities(root) + lists.factories(root) if not belongs(r)]
    british = [r for r in lists.british_organisations(root) if not belongs(r)]
    for record in some(entities, 300, "unlisted") + some(british, UNLISTED_BRITISH, "unlisted"):
        yield record.names[0], record.kind, "", "unlisted"
    for _, native, latin in strangers:
        yield (native if lists.number(native) % 3 == 0 else latin), "person", "", "unlisted"


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main(shared, out):
    root, out = lists.folder(shared), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    own, entities, british = listed_records(root)
    everyone = invented.persons()
    chosen, strangers = everyone[:LISTED_PERSONS], everyone[LISTED_PERSONS:][:UNLISTED_PERSONS]
    persons = [(lists.Record(f"person-{i}", "person", [latin]), native)
               for i, (_, native, latin) in enumerate(chosen)]
    companies = [(lists.Record(f"native-{i}", "company", [latin]), native)
                 for i, (native, latin) in enumerate(native_companies())]
    records = own + entities + british + [r for r, _ in persons] + [r for r, _ in companies]
    rows = [(r.key, r.kind, name, "", r.country)
            for r in sorted(records, key=lambda r: lists.number("order", r.key)) for name in r.names]
    write(out / "list.csv", ["record", "kind", "name", "weak", "country"], rows)
    made = searches(own, entities, british, persons, companies) + list(unlisted(root, strangers))
    write(out / "searches.csv", ["query", "kind", "expected", "class"], made)
    print(f"{len(records)} records, {len(rows)} names, {len(made)} searches in {out}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
