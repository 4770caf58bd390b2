"""Checks the tables of docs/SANDBOX.md against data/sandbox and tests/corpus: every identifier of
the sandbox has a row, its check digits are right, and what the row says that it gives is what a
case of the corpus expects of it. Usage: check_sandbox_doc.py [ROOT]

A row begins with one or more identifiers, `SCHEME:VALUE`, and its last cell says in back quotes
what they give, as the corpus does, with or without the prefix of an enum.
"""
import csv
import json
import pathlib
import re
import sys

DOCUMENT = "docs/SANDBOX.md"
ROW = re.compile(r"^\| `[A-Z][A-Za-z_-]*:")
IDENTIFIER = re.compile(r"`([A-Z][A-Za-z_-]*:[^`]+)`")
WORD = re.compile(r"`([^`]+)`")
INVENTED = "9999"  # no issuer of LEIs has that prefix


def is_lei(value):
    """ISO 17442: ISO 7064 MOD 97-10 over digits and letters as numbers."""
    return re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value) is not None and int(
        "".join(str(int(sign, 36)) for sign in value)) % 97 == 1


def leis_in(folder):
    """LEIs that records and errors are about."""
    found = set()
    with open(folder / "register.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found |= {one.removeprefix("XI-LEI:") for one in row["identifiers"].split("|")
                      if one.startswith("XI-LEI:")}
    for line in (folder / "errors.csv").read_text(encoding="utf-8").splitlines():
        if line.startswith("XI-LEI:"):
            found.add(line.removeprefix("XI-LEI:").split(",")[0])
    return found


def texts_in(value):
    if isinstance(value, dict):
        return set().union(*map(texts_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts_in, value))
    return {value} if isinstance(value, str) else set()


def calls_in(folder):
    """(texts of the request, texts expected) of every call of the corpus."""
    calls = []
    for path in sorted(folder.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            for call in case.get("steps", [case]):
                asked = texts_in([call.get("request"), call.get("requests")])
                told = texts_in([call.get(name) for name in ("expect", "responses", "error")])
                calls.append((asked, told))
    return calls


def gives(told, word):
    return any(text == word or text.endswith("_" + word) for text in told)


def faults_in(text, leis, calls):
    """Faults, and how many rows there are."""
    faults, named, rows = [], set(), 0
    for number, line in enumerate(text.splitlines(), 1):
        if not ROW.match(line):
            continue
        rows += 1
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        values = [one.split(":", 1)[1] for one in IDENTIFIER.findall(cells[0])]
        for scheme, value in (one.split(":", 1) for one in IDENTIFIER.findall(cells[0])):
            if scheme == "XI-LEI" and not (is_lei(value) and value.startswith(INVENTED)):
                faults.append(f"{DOCUMENT}:{number}: {value} is no LEI of the invented range")
        named |= set(values)
        words = WORD.findall(cells[-1])
        about = [told for asked, told in calls if asked & set(values)]
        if not words:
            faults.append(f"{DOCUMENT}:{number}: a row that does not say what it gives")
        faults += [f"{DOCUMENT}:{number}: no case of the corpus gets {word} for {values[0]}"
                   for word in words if not any(gives(told, word) for told in about)]
    return faults + [f"{DOCUMENT} has no row for XI-LEI:{lei}"
                     for lei in sorted(leis - named)], rows


def check(root):
    root = pathlib.Path(root)
    return faults_in((root / DOCUMENT).read_text(encoding="utf-8"), leis_in(root / "data/sandbox"),
                     calls_in(root / "tests/corpus"))


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"{DOCUMENT}: {total} rows, each in the corpus")
    sys.exit(1 if found or total == 0 else 0)
