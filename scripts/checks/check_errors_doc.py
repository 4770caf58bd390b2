"""Checks that docs/ERRORS.md names every reason of error_reason.proto, and no
other, and that the table of docs/FORMATS.md has a line for every reason of a
refused row, and no other. Usage: check_errors_doc.py [ROOT]
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


def compare_rows(proto, document):
    """Faults of the table of reasons of refused rows."""
    reasons = set(re.findall(r"^\s*ERROR_REASON_(ROW_[A-Z_]+) = \d+;", proto, re.M))
    lines = set(re.findall(r"^\| (ROW_[A-Z_]+) \| \S", document, re.M))
    return [f"{reason} has no line in docs/FORMATS.md" for reason in sorted(reasons - lines)] + [
        f"docs/FORMATS.md has a line for {name}, which is no reason"
        for name in sorted(lines - reasons)]


def check(root):
    root = pathlib.Path(root)
    proto = (root / "proto/probity/v1/error_reason.proto").read_text(encoding="utf-8")
    faults, named = compare(proto, (root / "docs/ERRORS.md").read_text(encoding="utf-8"))
    formats = (root / "docs/FORMATS.md").read_text(encoding="utf-8")
    return faults + compare_rows(proto, formats), named


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"docs/ERRORS.md: {total} of {total} reasons")
    sys.exit(1 if found or total == 0 else 0)
