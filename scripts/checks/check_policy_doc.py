"""Checks that the tables of docs/POLICY.md have a row for every rule of the
shipped packs, with its title, legal basis and what a lawyer confirms, and no
other. Usage: check_policy_doc.py [ROOT]
"""
import pathlib
import re
import sys

FIELDS = ("title", "legal_basis", "to_confirm")


def rules_of(text):
    """Fields of every rule of a policy in text format, by its id."""
    rules = {}
    for block in re.split(r"^rules \{$", text, flags=re.M)[1:]:
        block = block.split("\n}\n")[0]
        fields = dict(re.findall(r'^  (\w+): "((?:[^"\\]|\\.)*)"$', block, re.M))
        said = (fields.get(field, "") for field in FIELDS)
        rules[fields.get("id", "")] = [words.replace('\\"', '"') for words in said]
    return rules


def compare(rules, document):
    rows = dict(re.findall(r"^\| `([^`]+)` \|(.*)\|$", document, re.M))
    faults = [f"{rule} has no row" for rule in sorted(rules.keys() - rows.keys())]
    faults += [f"{row} is no rule of a pack" for row in sorted(rows.keys() - rules.keys())]
    for rule in sorted(rules.keys() & rows.keys()):
        faults += [f"{rule}: its row does not say: {words}"
                   for words in rules[rule] if words not in rows[rule]]
    return [f"docs/POLICY.md: {fault}" for fault in faults]


def check(root):
    root, rules = pathlib.Path(root), {}
    for path in sorted(root.glob("data/policies/*.txtpb")):
        text = path.read_text(encoding="utf-8")
        if not path.name.endswith(".cases.txtpb") and not re.search(r"^includes:", text, re.M):
            rules.update(rules_of(text))
    return compare(rules, (root / "docs/POLICY.md").read_text(encoding="utf-8")), len(rules)


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"docs/POLICY.md: {total} of {total} rules of the packs")
    sys.exit(1 if found or total == 0 else 0)
