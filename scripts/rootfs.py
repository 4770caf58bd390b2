#!/usr/bin/env python3
"""Writes the files of a container image as one tar file: what was installed into a directory, the
libraries that its programs load, and the few files of a system that these read. No shell, no
package manager, nothing that runs by itself.

Usage: scripts/rootfs.py --out FILE DIRECTORY

DIRECTORY: an installation, for example of `DESTDIR=DIRECTORY cmake --install build/release
--prefix /usr --strip`. The same installation on the same system gives the same bytes: everything
belongs to root and has the time $SOURCE_DATE_EPOCH (0 without it). Exit status: 0 written; 1 not,
nothing is left behind; 2 wrong arguments.
"""
import io
import os
import pathlib
import subprocess
import sys
import tarfile

import icu_data
import sbom
from sbom import Fault

# Who the programs are in the container; the chart, Containerfiles and volumes say the same.
USER, UID = "probity", 65532
DATA = "var/lib/probity"
PASSWD = f"root:x:0:0:root:/:/nonexistent\n{USER}:x:{UID}:{UID}:Probity:/{DATA}:/nonexistent\n"
GROUP = f"root:x:0:\n{USER}:x:{UID}:\n"
# The C library asks files and DNS, also without this; programs that ask it are told so.
NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\n"

AUTHORITIES = pathlib.Path("/usr/share/ca-certificates/mozilla")
ZONES = pathlib.Path("/usr/share/zoneinfo")
# Copies of all zones with another epoch, and tables that nothing reads.
NO_ZONES = {"right", "posix", "posixrules", "localtime"}
# They bring files, and are in the list of packages that scanners of images read.
PACKAGES = ("ca-certificates", "tzdata", "base-files")


class Tree:
    """Files of the image by their paths, which begin without a slash."""

    def __init__(self):
        self.rows = {}  # path -> (TarInfo, bytes)

    def add(self, path, data=b"", mode=0o644, link=None):
        self._add_parents(path)
        row = self._row(path, tarfile.SYMTYPE if link else tarfile.REGTYPE, 0o777 if link else mode)
        row.size, row.linkname = len(data), link or ""
        self.rows[path] = row, data

    def add_directory(self, path, mode, owner=0):
        self._add_parents(path)
        self.rows[path] = self._row(path, tarfile.DIRTYPE, mode, owner), b""

    def _add_parents(self, path):
        for parent in reversed(pathlib.PurePosixPath(path).parents):
            if str(parent) != "." and str(parent) not in self.rows:
                self.rows[str(parent)] = self._row(str(parent), tarfile.DIRTYPE, 0o755), b""

    @staticmethod
    def _row(path, kind, mode, owner=0):
        row = tarfile.TarInfo(path)
        row.type, row.mode, row.uid, row.gid = kind, mode, owner, owner
        row.mtime = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
        return row

    def write(self, out):
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path in sorted(self.rows):
                row, data = self.rows[path]
                archive.addfile(row, io.BytesIO(data))


def installed(tree, directory):
    """Adds all files of an installation; returns its programs."""
    programs = []
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_symlink():
            tree.add(name, link=os.readlink(path))
        elif path.is_file():
            program = os.access(path, os.X_OK)
            tree.add(name, path.read_bytes(), 0o755 if program else 0o644)
            if program:
                programs.append(path)
    return programs


def libraries_of(tree, programs):
    """Adds what the programs load, by the names that they ask for; returns its packages."""
    packages = set()
    for library in sorted({path for program in programs for path in sbom.loaded(program)}):
        # /lib is /usr/lib, and so are its like.
        name = library.lstrip("/")
        name = name if name.startswith("usr/") else f"usr/{name}"
        path = pathlib.Path(library).resolve()
        tree.add(name, icu_data.packed(path), 0o755)
        packages.add(sbom.known_package(str(path)))
    for folder in {name.split("/")[1] for name in tree.rows if name.startswith("usr/lib")}:
        tree.add(folder, link=f"usr/{folder}")
    return packages


def system(tree):
    """Adds users, names, certificate authorities and time zones."""
    tree.add("etc/passwd", PASSWD.encode())
    tree.add("etc/group", GROUP.encode())
    tree.add("etc/nsswitch.conf", NSSWITCH.encode())
    tree.add("etc/os-release", pathlib.Path("/usr/lib/os-release").read_bytes())
    # Those of the package: what else this machine trusts is its own affair.
    authorities = sorted(AUTHORITIES.glob("*.crt"))
    if not authorities:
        raise Fault(f"no certificates in {AUTHORITIES}: install ca-certificates")
    tree.add("etc/ssl/certs/ca-certificates.crt", b"".join(
        path.read_bytes().rstrip(b"\n") + b"\n" for path in authorities))
    if not ZONES.is_dir():
        raise Fault(f"no {ZONES}: install tzdata")
    for path in sorted(ZONES.rglob("*")):
        name = path.relative_to(ZONES)
        if path.is_file() and name.parts[0] not in NO_ZONES:
            tree.add(path.as_posix().lstrip("/"), path.read_bytes())
    tree.add_directory("tmp", 0o1777)
    tree.add_directory(DATA, 0o700, UID)


def papers(tree, packages):
    """Adds licences, and the entries of packages where scanners of images look for them."""
    for package in sorted(packages):
        paper = pathlib.Path("/usr/share/doc", package, "copyright")
        if paper.is_file():
            tree.add(f"usr/share/doc/{package}/copyright", paper.read_bytes())
        status = sbom.run("dpkg-query", "--status", package)
        tree.add(f"var/lib/dpkg/status.d/{package}", status.encode())
    tree.add("usr/share/doc/probity/copyright", (sbom.ROOT / "LICENSE").read_bytes())


def make(directory):
    """The Tree of an installation. Raises Fault."""
    tree = Tree()
    programs = installed(tree, directory)
    if not programs:
        raise Fault(f"no program in {directory}: install into it first")
    packages = libraries_of(tree, programs) | set(PACKAGES)
    system(tree)
    papers(tree, packages)
    return tree


def main(arguments):
    if len(arguments) != 3 or arguments[0] != "--out" or arguments[2].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    out = pathlib.Path(arguments[1])
    part = out.with_name(out.name + ".part")
    try:
        tree = make(pathlib.Path(arguments[2]))
        with open(part, "wb") as file:
            tree.write(file)
        part.replace(out)
    except (Fault, OSError, subprocess.CalledProcessError) as fault:
        part.unlink(missing_ok=True)
        print(f"rootfs.py: {fault} {getattr(fault, 'stderr', '')}".rstrip(), file=sys.stderr)
        return 1
    print(f"{out}: {len(tree.rows)} entries, {out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
