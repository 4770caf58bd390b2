"""Checks that docs/OBSERVABILITY.md has a line for every metric of the catalogue,
with its type, and for no other; that dashboard and alerts name only such metrics,
the dashboard all of them; and that every alert has a section and a test.
Usage: check_metrics_doc.py [ROOT]
"""
import json
import pathlib
import re
import sys

METRIC = re.compile(r"\bprobity_[a-z0-9_]*[a-z0-9]\b")
ENDING = re.compile(r"_(bucket|sum|count)$")


def catalogue(text):
    """Metric -> type, as the code has them."""
    pattern = re.compile(r'\bMetric k\w+\{\s*"(probity_\w+)",\s*k(Counter|Gauge|Histogram)\b')
    return {name: kind.lower() for name, kind in pattern.findall(text)}


def lines(document):
    """Metric -> type, as the table has them."""
    return dict(re.findall(r"^\| `(probity_\w+)` \| (\w+) \|", document, re.M))


def named(text):
    """Metrics that a text names, without the endings of a histogram's series."""
    return {ENDING.sub("", name) for name in METRIC.findall(text)}


def compare(code, document):
    """Faults between the metrics of the code and those of the document."""
    shown = lines(document)
    faults = [f"{name} ({kind}) has no such line in docs/OBSERVABILITY.md"
              for name, kind in sorted(code.items()) if shown.get(name) != kind]
    return faults + [f"docs/OBSERVABILITY.md names {name}, which is no metric"
                     for name in sorted((set(shown) | named(document)) - set(code))]


def compare_alerts(rules, tests, document):
    """Faults of alerts: each needs a section that its runbook names, and a test."""
    faults = []
    for name in re.findall(r"^\s*- alert: (\w+)$", rules, re.M):
        if not re.search(rf"^### {name}$", document, re.M):
            faults.append(f"{name} has no section in docs/OBSERVABILITY.md")
        if f"docs/OBSERVABILITY.md#{name.lower()}\n" not in rules:
            faults.append(f"{name} names no runbook")
        asked = re.findall(rf"alertname: {name}\n\s*exp_alerts:( \[\])?", tests)
        if " []" not in asked or "" not in asked:
            faults.append(f"{name} needs a test that raises it and one that does not")
    return faults


def check(root):
    root = pathlib.Path(root)
    read = lambda path: (root / path).read_text(encoding="utf-8")  # noqa: E731
    code = catalogue(read("services/metrics/catalogue.h"))
    document = read("docs/OBSERVABILITY.md")
    rules = read("deploy/prometheus/alerts.yml")
    tests = "".join(path.read_text(encoding="utf-8")
                    for path in sorted((root / "deploy/prometheus").glob("*_test.yml")))
    dashboard = read("deploy/grafana/probity.json")
    faults = compare(code, document) + compare_alerts(rules, tests, document)
    for where, text in (("alerts", rules), ("tests of alerts", tests), ("dashboard", dashboard)):
        faults += [f"{where}: {name} is no metric" for name in sorted(named(text) - set(code))]
    faults += [f"dashboard: {name} is not shown" for name in sorted(set(code) - named(dashboard))]
    json.loads(dashboard)
    return faults, len(code)


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"docs/OBSERVABILITY.md: {total} of {total} metrics")
    sys.exit(1 if found or total == 0 else 0)
