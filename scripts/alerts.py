#!/usr/bin/env python3
"""Checks the alerts and runs their tests with promtool, and has it read every
expression of the dashboard. Usage: scripts/alerts.py
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What Grafana puts in before it asks.
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def expressions(dashboard):
    """Those of all panels, as Prometheus is asked them."""
    found = []
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            text = target["expr"]
            for name, value in VARIABLES.items():
                text = text.replace(name, value)
            found.append(text)
    return found


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], check=False).returncode == 0


def main():
    folder = ROOT / "deploy/prometheus"
    dashboard = json.loads((ROOT / "deploy/grafana/probity.json").read_text(encoding="utf-8"))
    rules = [{"record": f"panel:{number}", "expr": text}
             for number, text in enumerate(expressions(dashboard))]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as panels:
        # JSON is YAML.
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, panels)
        panels.flush()
        well = promtool("check", "rules", folder / "alerts.yml", panels.name)
    return 0 if well and promtool("test", "rules", *sorted(folder.glob("*_test.yml"))) else 1


if __name__ == "__main__":
    sys.exit(main())
