"""The data of ICU without what programs show to people of each language: names of currencies,
time zones, units, languages and regions, spelt-out numbers and orders of sorting. That is more
than half of a library that is the largest of an image, and Probity asks for none of it: what it
transliterates, folds, breaks into words and decodes stays, byte by byte.
"""
import functools
import pathlib
import re
import subprocess
import tempfile

LIBRARY = re.compile(r"libicudata\.so\.(\d+)")
LEFT_OUT = ("coll", "curr", "lang", "rbnf", "region", "unit", "zone")
# A library of one symbol, as ICU's own build makes it.
SOURCE = """.section .rodata
.balign 16
.globl {symbol}
.type {symbol}, %object
{symbol}:
.incbin "{data}"
.size {symbol}, . - {symbol}
.section .note.GNU-stack,"",%progbits
"""


def packed(library):
    """Bytes of a library as images hold it: of ICU's data what is left, of all others the file's.
    Needs icupkg and a compiler; the same library gives the same bytes. Raises
    subprocess.CalledProcessError."""
    library = pathlib.Path(library)
    number = LIBRARY.match(library.name)
    if not number:
        return library.read_bytes()
    return _without(library, number[1])


@functools.cache  # each program asks for the library that it loads
def _without(library, number):
    with tempfile.TemporaryDirectory() as directory:
        return _made(library, number, pathlib.Path(directory))


def _made(library, number, directory):
    # Items are called by the name of the file that they stand in.
    name = f"icudt{number}l.dat"
    whole, left = directory / "whole" / name, directory / "left" / name
    for data in (whole, left):
        data.parent.mkdir()
    (directory / "items.txt").write_text("".join(f"{folder}/*\n" for folder in LEFT_OUT))
    (directory / "data.S").write_text(SOURCE.format(symbol=f"icudt{number}_dat", data=left))
    made = directory / "made.so"
    for command in (
            ["objcopy", "--output-target=binary", "--only-section=.rodata", library, whole],
            ["icupkg", "--remove", directory / "items.txt", whole, left],
            ["cc", "-shared", "-nostdlib", "-s", f"-Wl,-soname,libicudata.so.{number}",
             "-Wl,--build-id=none", "-o", made, directory / "data.S"]):
        subprocess.run(command, check=True, capture_output=True, text=True)
    return made.read_bytes()
