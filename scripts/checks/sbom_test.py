"""The list of parts is whole, says where each part came from, and a gap in it is seen."""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import sbom  # noqa: E402

PROGRAM = shutil.which("ls")  # loads the C library, as all do


class SbomTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = sbom.make([PROGRAM])

    def package(self, name):
        return next(row for row in self.document["packages"] if row["name"] == name)

    def relates(self, one, kind, other):
        return {"spdxElementId": one, "relationshipType": kind,
                "relatedSpdxElement": other} in self.document["relationships"]

    def test_it_is_whole(self):
        self.assertEqual(sbom.faults_of(self.document), [])

    def test_a_library_leads_to_its_package(self):
        libc = next(row for row in self.document["files"] if "libc.so" in row["fileName"])
        self.assertTrue(self.relates("SPDXRef-File-ls", "DYNAMIC_LINK", libc["SPDXID"]))
        self.assertTrue(self.relates(libc["SPDXID"], "EXPANDED_FROM_ARCHIVE",
                                     "SPDXRef-Package-libc6"))
        version = sbom.run("dpkg-query", "-W", "-f", "${Version}", "libc6")
        self.assertEqual(self.package("libc6")["versionInfo"], version)
        self.assertTrue(self.relates("SPDXRef-Package-probity", "STATIC_LINK",
                                     "SPDXRef-Package-libcli11-dev"))

    def test_checksums_are_those_of_the_files(self):
        program = next(row for row in self.document["files"] if row["fileName"] == "ls")
        wanted = subprocess.run(["sha256sum", PROGRAM], capture_output=True, text=True,
                                check=True).stdout.split()[0]
        self.assertIn({"algorithm": "SHA256", "checksumValue": wanted}, program["checksums"])

    def test_a_go_program_leads_to_its_modules(self):
        told = ("gateway: go1.26.8\n\tpath\tp\n\tmod\tp\t(devel)\t\n\tdep\tone.example/a\tv1.2.3\th1:x=\n"
                "\tdep\ttwo.example/b\tv1.0.0\n\t=>\tthree.example/c\tv1.0.1\th1:y=\n\tbuild\t-trimpath=true\n")
        answer = subprocess.CompletedProcess([], 0, told, "")
        with unittest.mock.patch.object(sbom.subprocess, "run", return_value=answer):
            self.assertEqual(sbom.go_modules("gateway"), [
                ("stdlib", "1.26.8"), ("one.example/a", "v1.2.3"), ("three.example/c", "v1.0.1")])
        self.assertEqual(sbom.go_modules(PROGRAM), [])

    def test_gaps_are_seen(self):
        for path, fault in ((("packages", 0, "versionInfo"), "versionInfo"),
                            (("files", 0, "checksums"), "SHA1"),
                            (("relationships", 0, "relatedSpdxElement"), "not there"),
                            (("creationInfo",), "creationInfo")):
            broken = copy.deepcopy(self.document)
            at = broken
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            with self.subTest(path):
                self.assertIn(fault, " ".join(sbom.faults_of(broken)))

    def test_licences_of_debian_become_those_of_spdx(self):
        licences = sbom.Licences()
        for fields, wanted in (
                (["Expat"], "MIT"), (["GPL-2+ or Artistic"], "GPL-2.0-or-later OR Artistic-1.0"),
                (["BSD-3-clause", "Expat"], "BSD-3-Clause AND MIT"),
                (["Expat", "GPL-2+ or Apache-2.0"],
                 "(GPL-2.0-or-later OR Apache-2.0) AND MIT"),
                (["a strange one"], "LicenseRef-debian-a-strange-one"), (None, "NOASSERTION")):
            self.assertEqual(licences.expression("p", fields), wanted)
        self.assertEqual(list(licences.own), ["LicenseRef-debian-a-strange-one"])
        self.assertIsNone(sbom.licence_fields("License: free text without a format\n"))

    def test_the_same_programs_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as directory:
            texts = []
            for name in ("one", "two"):
                out = pathlib.Path(directory, name)
                subprocess.run([sys.executable, sbom.__file__, "--out", out, PROGRAM], check=True,
                               env={**os.environ, "SOURCE_DATE_EPOCH": "1790000000"},
                               capture_output=True)
                texts.append(out.read_text())
            self.assertEqual(texts[0], texts[1])
            self.assertEqual(json.loads(texts[0])["creationInfo"]["created"],
                             "2026-09-21T14:13:20Z")

    def test_a_program_that_is_not_there_is_an_error(self):
        done = subprocess.run([sys.executable, sbom.__file__, "/nowhere"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere", done.stderr)

    def test_the_reference_tool_finds_it_valid(self):
        try:
            from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
            from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
        except ImportError:
            print("sbom_test: SKIPPED the reference tool: pip install spdx-tools", flush=True)
            self.skipTest("spdx-tools is not installed")
        found = validate_full_spdx_document(JsonLikeDictParser().parse(self.document))
        self.assertEqual([fault.validation_message for fault in found], [])


if __name__ == "__main__":
    unittest.main()
