"""The invented register that the server of a bench holds, as probity_generate wrote it."""
import argparse
import csv
import pathlib
from typing import Iterator, NamedTuple

from probity_client import v1

# Walks over the whole register; has no factor in common with its sizes.
STRIDE = 104729


class Supplier(NamedTuple):
    name: str
    identifier: v1.Identifier
    scheme: str  # of the certificate that it holds


def parser(about: str) -> argparse.ArgumentParser:
    """Of a bench that asks the server which holds it: where that is, and who calls. `about`: the
    bench's docstring, of which --help shows what stands before the first colon."""
    made = argparse.ArgumentParser(description=about.partition(":")[0])
    for name in ("--server", "--ca", "--cert", "--key"):
        made.add_argument(name, required=True)
    made.add_argument("--register", required=True, type=pathlib.Path,
                      help="folder of probity_generate")
    return made


def read(folder: pathlib.Path, count: int) -> Iterator[Supplier]:
    """`count` suppliers from all over the register, none twice."""
    rows = _column(folder / "suppliers.csv", "name", "identifiers")
    certificates = _column(folder / "certifications.csv", "scheme")
    if count > len(rows):
        raise SystemExit(f"{folder} has {len(rows)} suppliers, not {count}")
    for at in range(count):
        place = at * STRIDE % len(rows)
        name, identifiers = rows[place]
        scheme, _, value = identifiers.partition("|")[0].partition(":")
        yield Supplier(name, v1.Identifier(scheme=scheme, value=value), certificates[place][0])


def _column(path, *names):
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        places = [header.index(name) for name in names]
        return [tuple(row[place] for place in places) for row in rows]
