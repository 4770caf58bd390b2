#!/usr/bin/env python3
"""Writes what probityd and probity are made of, as SPDX 2.3 in JSON: Probity, both programs, the
libraries that they load, the Debian packages these came from with versions and licences, and the
headers that were compiled in. Of a program in Go, the modules that were compiled in.

Usage: scripts/sbom.py [--packed] [--out FILE] [PROGRAM...]

Without PROGRAM those of build/release; without --out standard output. --packed: checksums are
those of the files in images, see icu_data.py. What is written was checked
against the fields that SPDX requires. $SOURCE_DATE_EPOCH is the time it says, so that the same
programs give the same bytes. Exit status: 0 written; 1 not; 2 wrong arguments.
"""
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import icu_data

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ("build/release/services/probityd", "build/release/cli/probity")
# Compiled into the programs without a library of their own.
HEADERS = ("libcli11-dev", "nlohmann-json3-dev")
# Short names of Debian's copyright format that SPDX has another one for.
SPDX_NAMES = {
    "expat": "MIT", "mit": "MIT", "apache-2": "Apache-2.0", "apache-2.0": "Apache-2.0",
    "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "bsl-1.0": "BSL-1.0",
    "isc": "ISC", "zlib": "Zlib", "openssl": "OpenSSL", "curl": "curl", "cc0-1.0": "CC0-1.0",
    "mpl-2.0": "MPL-2.0", "unicode": "Unicode-DFS-2016",
    "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later", "gpl-3": "GPL-3.0-only",
    "gpl-3+": "GPL-3.0-or-later", "lgpl-2": "LGPL-2.0-only", "lgpl-2+": "LGPL-2.0-or-later",
    "lgpl-2.1": "LGPL-2.1-only", "lgpl-2.1+": "LGPL-2.1-or-later", "lgpl-3": "LGPL-3.0-only",
    "lgpl-3+": "LGPL-3.0-or-later", "artistic": "Artistic-1.0", "gfdl-1.3+": "GFDL-1.3-or-later",
}
MACHINE_READABLE = re.compile(r"^Format:.*copyright-format/1\.0", re.M)


class Fault(RuntimeError):
    """What is wrong, for people."""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def loaded(program):
    """Paths of the libraries that the program loads, as the loader names them; none where it is
    static. Raises Fault where one is not there, or not the one that it was built with."""
    done = subprocess.run(["ldd", "-r", str(program)], capture_output=True, text=True, check=False)
    if "not a dynamic executable" in done.stderr:
        return []
    absent = re.findall(r"(\S+) => not found", done.stdout)
    symbol = re.search(r"undefined symbol: (\S+)", done.stdout)
    if symbol and not absent:
        raise Fault(f"{program} wants {symbol[1]}, which no library here has: pack it on the system "
                    "that it was built on")
    if absent or done.returncode != 0:
        raise Fault(f"{program} lacks {', '.join(absent) or done.stderr.strip()}")
    return sorted(set(re.findall(r"(?:=> )?(/\S+) \(0x[0-9a-f]+\)", done.stdout)))


def go_modules(program):
    """(name, version) of the modules that a Go program was made of, Go's own library first; empty
    for other programs, and where there is no go to tell. A module that another one replaces is
    named by that one."""
    if not shutil.which("go"):
        return []
    done = subprocess.run(["go", "version", "-m", str(program)], capture_output=True, text=True,
                          check=False)
    version = re.match(r"\S+: go(\S+)\n", done.stdout)
    if not version:
        return []
    rows = re.findall(r"^\t(dep|=>)\t(\S+)\t(\S+)", done.stdout, re.M)
    replaced = {index for index, (kind, _, _) in enumerate(rows[1:]) if kind == "=>"}
    modules = [(name, number) for index, (_, name, number) in enumerate(rows) if index not in replaced]
    return [("stdlib", version[1])] + modules


def libraries(program):
    """Paths of the libraries that the program loads, links followed."""
    return sorted({str(pathlib.Path(path).resolve()) for path in loaded(program)})


def package_of(path):
    """Name of the Debian package of a file; None where none knows it. Files below /lib may be
    registered under their name before /usr was merged, or behind it."""
    for name in (path, path.removeprefix("/usr"), "/usr" + path):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return None


def known_package(path):
    """The same; raises Fault where none knows it."""
    package = package_of(path)
    if package is None:
        raise Fault(f"{path} is in no package of this system: its licence is not known")
    return package


def describe(package):
    form = "${Version}\t${Architecture}\t${Homepage}\n"
    version, architecture, homepage = run("dpkg-query", "-W", "-f", form, package).splitlines()[
        0].split("\t")
    return version, architecture, homepage


def licence_fields(text):
    """First lines of the License fields of a machine-readable copyright file; None for others."""
    if not MACHINE_READABLE.search(text):
        return None
    return sorted({name.strip() for name in re.findall(r"^License:[ \t]*(\S.*)$", text, re.M)})


class Licences:
    """Debian's words for licences as SPDX expressions; keeps those that SPDX has no name for."""

    def __init__(self):
        self.own = {}  # LicenseRef -> (name, where its text stands)

    def expression(self, package, fields):
        if not fields:
            return "NOASSERTION"
        parts = sorted({self._of_field(package, field) for field in fields})
        return " AND ".join(f"({part})" if " " in part and len(parts) > 1 else part
                            for part in parts)

    def _of_field(self, package, field):
        # A comma binds less than "and" and "or"; so do brackets here.
        either = [[self._name(package, word) for word in re.split(r",?\s+and\s+|,\s*", part)
                   if word.strip()] for part in re.split(r",?\s+or\s+", field)]
        terms = [" AND ".join(sorted(set(words))) for words in either if words]
        return " OR ".join(f"({term})" if " " in term and len(terms) > 1 else term
                           for term in terms)

    def _name(self, package, word):
        known = SPDX_NAMES.get(word.strip().lower())
        if known:
            return known
        reference = "LicenseRef-debian-" + re.sub(r"[^A-Za-z0-9.-]+", "-", word.strip()).strip("-")
        self.own.setdefault(reference, (word.strip(), package))
        return reference


def checksums(data):
    return [{"algorithm": name, "checksumValue": hashlib.new(name.lower(), data).hexdigest()}
            for name in ("SHA1", "SHA256")]


def identity(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")


def purl(locator):
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
             "referenceLocator": locator}]


class Document:
    def __init__(self, packed):
        self.packed = packed  # whether libraries are told as images hold them
        self.packages, self.files, self.relationships = {}, {}, []
        self.licences = Licences()

    def relate(self, one, kind, other):
        row = {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
        if row not in self.relationships:
            self.relationships.append(row)

    def add_file(self, data, name):
        at = identity("File", name)
        self.files[at] = {"SPDXID": at, "fileName": name, "fileTypes": ["BINARY"],
                          "checksums": checksums(data), "licenseConcluded": "NOASSERTION",
                          "copyrightText": "NOASSERTION"}
        return at

    def _add_package(self, at, name, version, **known):
        """What is not known nobody asserts."""
        self.packages[at] = {
            "SPDXID": at, "name": name, "versionInfo": version,
            "supplier": "NOASSERTION", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", "primaryPackagePurpose": "LIBRARY", **known}
        return at

    def add_probity(self, version):
        at = self._add_package(
            identity("Package", "probity"), "probity", version, licenseConcluded="Apache-2.0",
            licenseDeclared="Apache-2.0", primaryPackagePurpose="APPLICATION")
        self.relate("SPDXRef-DOCUMENT", "DESCRIBES", at)
        return at

    def add_debian(self, name):
        at = identity("Package", name)
        if at in self.packages:
            return at
        version, architecture, homepage = describe(name)
        copyright_file = pathlib.Path(f"/usr/share/doc/{name}/copyright")
        fields = licence_fields(copyright_file.read_text(encoding="utf-8", errors="replace")) \
            if copyright_file.exists() else None
        distribution = os_release()
        where = f"pkg:deb/{distribution['ID']}/{name}@{version.replace('+', '%2B').replace(':', '%3A')}" \
                f"?arch={architecture}&distro={distribution.get('VERSION_CODENAME', '')}"
        self._add_package(
            at, name, version, supplier=f"Organization: {distribution['ID'].capitalize()}",
            licenseDeclared=self.licences.expression(name, fields), externalRefs=purl(where))
        if homepage:
            self.packages[at]["homepage"] = homepage
        if not fields:
            self.packages[at]["licenseComments"] = \
                f"{copyright_file} is not machine-readable, or not there"
        return at

    def add_module(self, name, version):
        return self._add_package(identity("Package", f"{name}-{version}"), name, version,
                                 externalRefs=purl(f"pkg:golang/{name}@{version}"))

    def add_program(self, path, probity):
        program = self.add_file(pathlib.Path(path).read_bytes(), pathlib.Path(path).name)
        self.relate(program, "GENERATED_FROM", probity)
        for module, version in go_modules(path):
            self.relate(program, "STATIC_LINK", self.add_module(module, version))
        for library in libraries(path):
            data = icu_data.packed(library) if self.packed else pathlib.Path(library).read_bytes()
            at = self.add_file(data, library.lstrip("/"))
            self.relate(program, "DYNAMIC_LINK", at)
            self.relate(at, "EXPANDED_FROM_ARCHIVE", self.add_debian(known_package(library)))

    def is_dynamic(self):
        return any(row["relationshipType"] == "DYNAMIC_LINK" for row in self.relationships)

    def as_dict(self, programs):
        digest = hashlib.sha256(b"".join(pathlib.Path(path).read_bytes() for path in programs))
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        now = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc) if epoch \
            else datetime.datetime.now(datetime.timezone.utc)
        texts = [{"licenseId": at, "name": name,
                  "extractedText": f"See /usr/share/doc/{package}/copyright, License: {name}"}
                 for at, (name, package) in sorted(self.licences.own.items())]
        return {
            "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": "probity", "documentNamespace":
                f"https://spdx.org/spdxdocs/probity-{digest.hexdigest()[:32]}",
            "creationInfo": {"created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                             "creators": ["Tool: probity-sbom"]},
            "packages": [self.packages[at] for at in sorted(self.packages)],
            "files": [self.files[at] for at in sorted(self.files)],
            "relationships": sorted(self.relationships, key=lambda row: tuple(row.values())),
            "hasExtractedLicensingInfos": texts}


def os_release():
    text = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    return {key: value.strip('"') for key, value in re.findall(r"^(\w+)=(.*)$", text, re.M)}


def faults_of(document):
    """What SPDX 2.3 requires and the document lacks."""
    faults = [f"document: {field} is missing" for field in (
        "spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo")
        if not document.get(field)]
    rows = document.get("packages", []) + document.get("files", [])
    known = [row.get("SPDXID", "") for row in rows] + ["SPDXRef-DOCUMENT"]
    faults += [f"{at}: twice" for at in sorted({at for at in known if known.count(at) > 1})]
    faults += [f"{at or 'an element'}: not a good SPDXID" for at in known
               if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", at)]
    for row in document.get("packages", []):
        faults += [f"{row.get('SPDXID')}: {field} is missing"
                   for field in ("name", "downloadLocation", "versionInfo", "licenseDeclared")
                   if not row.get(field)]
    for row in document.get("files", []):
        if "SHA1" not in [one.get("algorithm") for one in row.get("checksums", [])]:
            faults.append(f"{row.get('SPDXID')}: no SHA1 checksum")
    for row in document.get("relationships", []):
        faults += [f"relationship with {row.get(end)}, which is not there"
                   for end in ("spdxElementId", "relatedSpdxElement") if row.get(end) not in known]
    own = {row["licenseId"] for row in document.get("hasExtractedLicensingInfos", [])}
    used = set(re.findall(r"LicenseRef-[A-Za-z0-9.-]+", json.dumps(document.get("packages", []))))
    return faults + [f"{at}: no text" for at in sorted(used - own)]


def version_of_probity():
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(probity VERSION ([\d.]+)", text).group(1)


def make(programs, packed=False):
    document = Document(packed)
    probity = document.add_probity(version_of_probity())
    for program in programs:
        document.add_program(program, probity)
    for header in HEADERS if document.is_dynamic() else ():
        document.relate(probity, "STATIC_LINK", document.add_debian(header))
    return document.as_dict(programs)


def main(arguments):
    out = None
    packed = arguments[:1] == ["--packed"]
    arguments = arguments[packed:]
    if arguments[:1] == ["--out"] and len(arguments) > 1:
        out, arguments = arguments[1], arguments[2:]
    if any(argument.startswith("-") for argument in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    programs = arguments or [str(ROOT / program) for program in PROGRAMS]
    for program in programs:
        if not pathlib.Path(program).is_file():
            print(f"sbom.py: no such program: {program}; build it first", file=sys.stderr)
            return 1
    try:
        document = make(programs, packed)
    except (Fault, subprocess.CalledProcessError) as fault:
        print(f"sbom.py: {fault} {getattr(fault, 'stderr', '')}".rstrip(), file=sys.stderr)
        return 1
    faults = faults_of(document)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    text = json.dumps(document, indent=1) + "\n"
    if out is None:
        print(text, end="")
    else:
        pathlib.Path(out).write_text(text, encoding="utf-8")
        print(f"{out}: {len(document['packages'])} packages, {len(document['files'])} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
