"""Checks the texts of data/texts: every language has the same keys with the same
placeholders, none is empty, and every value of the enums that are printed and
every rule of data/policies has a text. Usage: check_texts.py [ROOT]
"""
import csv
import pathlib
import re
import sys

LANGUAGES = ("en", "fr", "de", "it", "ru", "es")
# Key prefix, enum, and the proto that holds it.
ENUMS = (
    ("verdict", "Verdict", "decision"), ("identity", "IdentityState", "purchase"),
    ("evidence", "EvidenceState", "decision"), ("risk", "RiskState", "decision"),
    ("reason", "ReviewReason", "policy"), ("action", "NextAction", "policy"),
    ("actor", "NextActor", "policy"), ("limit", "EffectLimit", "decision"),
    ("role", "PartyRole", "purchase"), ("purpose", "Purpose", "purchase"),
    ("effect", "RuleEffect", "policy"), ("discretion", "Discretion", "policy"),
    ("self_cleaning", "SelfCleaningState", "decision"), ("flag", "FlagType", "risk"),
    ("stage", "FlagStage", "risk"), ("link", "LinkType", "supplier"),
    ("certification", "CertificationResult", "certification"),
    ("audit", "AuditResult", "certification"),
    ("commodity", "CommodityRiskResult", "risk_service"),
    ("fault", "IdentityFault", "policy_condition"),
    ("event_date", "EventDate", "policy_condition"), ("basis", "FactBasis", "decision"),
    ("measure", "MeasureEffect", "risk"), ("source", "SourceState", "policy_condition"),
    ("indicator", "IloIndicator", "certification"), ("harm", "LabourHarm", "risk"),
    ("finding", "FindingSeverity", "certification"), ("severity", "FlagSeverity", "risk"),
    ("element", "SelfCleaningElement", "risk"),
    ("judged", "JudgementOutcome", "review"), ("judgement", "JudgementState", "review"),
    ("reply", "ReplyKind", "reply"),
)


def enum_keys(prefix, enum, proto):
    """Keys of an enum's values; UNSPECIFIED has no text."""
    body = re.search(rf"^enum {enum} \{{(.*?)^\}}", proto, re.M | re.S)
    values = re.findall(r"^  ([A-Z0-9_]+) = (\d+);", body.group(1), re.M) if body else []
    if not values:
        return {f"{prefix}: enum {enum} not found"}
    stem = values[0][0][:-len("UNSPECIFIED")]
    return {f"{prefix}.{name[len(stem):]}" for name, number in values if number != "0"}


def rule_keys(policy):
    """Keys of the rules of a policy in text format."""
    return {f"rule.{rule}" for rule in re.findall(r'^rules \{\n  id: "([^"]+)"', policy, re.M)}


def read_texts(text):
    """Texts by key, and the faults of the file itself."""
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    if next(rows, None) != ["key", "text"]:
        return {}, ["the header must be key,text"]
    texts, faults = {}, []
    for row in rows:
        if len(row) != 2 or not row[1].strip():
            faults.append(f"{row[0] if row else 'an empty line'}: not a key with a text")
        elif row[0] in texts:
            faults.append(f"{row[0]}: twice")
        else:
            texts[row[0]] = row[1]
    return texts, faults


def compare(reference, texts):
    """Faults of one language against the keys and placeholders of another."""
    faults = [f"{key}: missing" for key in sorted(reference.keys() - texts.keys())]
    faults += [f"{key}: in no other language" for key in sorted(texts.keys() - reference.keys())]
    for key in sorted(reference.keys() & texts.keys()):
        wanted, found = (sorted(re.findall(r"\{\w+\}", text))
                         for text in (reference[key], texts[key]))
        if wanted != found:
            faults.append(f"{key}: placeholders {found}, in English {wanted}")
    return faults


def required_keys(root):
    keys = set()
    for prefix, enum, proto in ENUMS:
        path = root / "proto/probity/v1" / f"{proto}.proto"
        keys |= enum_keys(prefix, enum, path.read_text(encoding="utf-8"))
    for path in root.glob("data/policies/*.txtpb"):
        keys |= rule_keys(path.read_text(encoding="utf-8"))
    return keys


def check(root):
    root = pathlib.Path(root)
    languages, faults = {}, []
    for language in LANGUAGES:
        name = f"data/texts/{language}.csv"
        text = (root / name).read_text(encoding="utf-8")
        languages[language], found = read_texts(text)
        faults += [f"{name}: {fault}" for fault in found]
    english = languages["en"]
    required = required_keys(root)
    faults += [f"data/texts/en.csv: {key}: missing" for key in sorted(required - english.keys())]
    faults += [f"data/texts/en.csv: {key}: no policy has this rule"
               for key in sorted(english.keys() - required) if key.startswith("rule.")]
    for language in LANGUAGES[1:]:
        faults += [f"data/texts/{language}.csv: {fault}"
                   for fault in compare(english, languages[language])]
    return faults, len(english) * len(LANGUAGES)


if __name__ == "__main__":
    problems, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = f"data/texts: {total} texts in {len(LANGUAGES)} languages"
    print("\n".join(problems) if problems else found)
    sys.exit(1 if problems or total == 0 else 0)
