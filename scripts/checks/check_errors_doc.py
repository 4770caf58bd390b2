"""Checks that docs/ERRORS.md names every reason of error_reason.proto, and no
other. Usage: check_errors_doc.py [ROOT]
"""
import pathlib
import re
import sys


def compare(proto, document):
    """Faults between the text of the proto and that of the document."""
    reasons = set(re.findall(r"^\s*ERROR_REASON_([A-Z_]+) = \d+;", proto, re.M)) - {"UNSPECIFIED"}
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", document)) | (
        reasons & set(re.findall(r"\b[A-Z]+\b", document)))
    faults = [f"{reason} is not in docs/ERRORS.md" for reason in sorted(reasons - named)]
    return faults + [f"docs/ERRORS.md names {name}, which is no reason"
                     for name in sorted(named - reasons)], len(reasons)


def check(root):
    root = pathlib.Path(root)
    return compare((root / "proto/probity/v1/error_reason.proto").read_text(encoding="utf-8"),
                   (root / "docs/ERRORS.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"docs/ERRORS.md: {total} of {total} reasons")
    sys.exit(1 if found or total == 0 else 0)
