"""Every command, asked as a user does: what is printed, and the exit code."""
import json
import subprocess

import harness

DEMO = harness.ROOT / "data/demo"
REGISTER = "datasets/demo-register/records"


class DemoTest(harness.ServerTest):
    """The demo's register, loaded as scripts/demo.sh loads it."""

    def setUp(self):
        super().setUp()
        self.dataset("demo-register", "retracted", "--invented", "--title", "Register")
        self.load_well("demo-register", "probity-csv",
                       *(DEMO / f"{name}.csv" for name in
                         ("register", "certifications", "audits", "links")))
        self.dataset("demo-flags", "retracted", "--invented")
        self.load_well("demo-flags", "probity-csv", DEMO / "flags.csv")
        self.dataset("goods", "retracted")
        self.load_well("goods", "probity-jsonl", harness.ROOT / "data/commodity_risk.jsonl")

    def load_well(self, dataset, format, *files):
        answer = self.load(files, dataset, format)
        self.assertEqual(answer.code, 0, answer)
        self.assertIn("0 rows refused", answer.out)

    def ask(self, code, first_line, *arguments):
        """One question; the rest of its answer."""
        answer = self.probity(*arguments)
        self.assertEqual(answer.code, code, answer)
        self.assertEqual(answer.err, "")
        self.assertEqual(answer.out.splitlines()[0], first_line, answer)
        return answer.out

    def test_lookup(self):
        lei = "XI-LEI:9999INVENTED00000198"
        out = self.ask(0, f"{lei}  FOUND", "lookup", lei)
        self.assert_says(out, "Invented Weaving Mills Ltd", f"{REGISTER}/S-01", "as of ")
        self.ask(1, "GB-COH:00000001  NOT_FOUND", "lookup", "GB-COH:1")
        out = self.ask(1, f"{lei}  FOUND", "lookup", lei, "GB-COH:1")  # the worst decides
        self.assertIn("says nothing about the supplier", out)

    def test_lookup_of_an_identifier_that_two_carry(self):
        self.dataset("twins")
        path = self.file("twins.csv", "record_type,key,name,identifiers\n"
                         "supplier,1,Twin A,EU-VAT-DE:DE123456789\n"
                         "supplier,2,Twin B,EU-VAT-DE:DE123456789\n")
        self.assertEqual(self.load(path, "twins").code, 0)
        out = self.ask(4, "EU-VAT-DE:123456789  AMBIGUOUS", "lookup", "EU-VAT-DE:DE123456789")
        self.assert_says(out, "Twin A", "Twin B")

    def test_search(self):
        mills = ("search", "invented", "weaving", "mills")
        self.assert_says(self.good(*mills), "match", "Invented Weaving Mills Ltd",
                         "never makes an identity certain")
        self.assertNotIn("Weaving", self.probity(*mills, "--country", "de").out)
        self.assertIn("Weaving", self.good(*mills, "--country", "in"))
        self.assertNotIn("Weaving", self.probity(*mills, "--type", "vessel").out)
        self.assertNotIn("Weaving", self.probity(*mills, "--dataset", "demo-flags").out)
        self.assertIn("There are more", self.good(*mills, "--limit", "1"))
        self.assertEqual(self.probity("search", "zyxwvut").code, 1)
        self.assertEqual(self.probity("search", "invented pottery").code, 4)  # similar, and no match
        self.assertEqual(self.probity("search", "invented pottery", "--min_score", "0.7").code,
                         1)

    def test_search_finds_what_is_written_otherwise(self):
        for query, found in (("invneted weaveing mils", "Invented Weaving Mills Ltd"),
                             ("cleaning office, invented", "Invented Office Cleaning GmbH"),
                             ("ООО Вымышленная ткацкая фабрика", "Vymyshlennaya Tkatskaya Fabrika"),
                             ("Société Textile Inventée", "Societe Textile Inventee")):
            first = self.good("search", query).splitlines()[1]
            self.assertIn(found, first)

    def test_search_by_the_name_of_a_site(self):
        out = self.good("search", "invented brickworks kiln", "--explain", "reasons")
        self.assert_says(out, "Invented Brickworks Private Limited",
                         "operates Invented Brickworks - Kiln", "a site that it operates")
        self.assertIn("FOUND", self.good("explain-miss", "invented brickworks kiln",
                                         f"{REGISTER}/F-04"))

    def test_search_says_why(self):
        lei = "XI-LEI:9999INVENTED00000198"
        out = self.good("search", "invented", "weaving", "mills", "--identifier", lei,
                        "--explain", "full")
        self.assert_says(out, "1.00", "same_word", "both have \"weaving\"", lei,
                         "makes the identity certain")
        excluded = json.loads(self.good("--json", "search", "invented weaving mills"))
        supplier = excluded["hits"][0]["supplier"]["name"]
        self.assertNotIn("Weaving", self.probity("search", "invented weaving mills", "--exclude",
                                                 supplier).out)

    def test_compare(self):
        out = self.ask(0, "0.99  match", "compare", "Invented Mills Ltd", "INVENTED MILLS LIMITED")
        self.assert_says(out, "both have \"invented\"", "never makes an identity certain",
                         "matcher names/")
        out = self.probity("compare", "Invented Weaving", "Made-up Bricks", "--explain", "full")
        self.assertEqual(out.code, 1, out)
        self.assert_says(out.out, "no match", "query_only")
        self.ask(0, "1.00  match", "compare", "A", "B", "--identifier", "GB-COH:1",
                 "--other_identifier", "GB-COH:00000001")
        out = self.probity("compare", "Example Mills", "Example Mills", "--identifier", "GB-COH:1",
                           "--other_identifier", "GB-COH:2")
        self.assertEqual(out.code, 4, out)
        self.assert_says(out.out, "no match", "GB-COH:00000001 and GB-COH:00000002", "has to look")
        score = lambda *options: json.loads(self.probity(
            "--json", "compare", "Jon Smithe", "John Smith", *options).out)["score"]
        self.assertLess(score("--type", "person", "--date", "1970", "--other_date", "1980-05-01"),
                        score("--type", "person"))
        self.assertGreater(score("--country", "de", "--other_country", "DE"),
                           score("--country", "de", "--other_country", "FR"))

    def test_explain_miss(self):
        mill = f"{REGISTER}/S-01"
        out = self.good("explain-miss", "invented weaving mills", mill)
        self.assert_says(out, "FOUND  hit 1", "Invented Weaving Mills Ltd")
        for arguments, said in ((("zyxwvut", mill), "NOTHING_SHARED"),
                                (("invented weaving mills", mill, "--country", "DE"),
                                 "OTHER_COUNTRY"),
                                (("invented weaving mills", mill, "--type", "vessel"),
                                 "OTHER_KIND"),
                                (("invented weavers mill", mill, "--min_score", "0.999"),
                                 "BELOW_MIN_SCORE"),
                                (("invented weaving mills", "suppliers/none"), "NOT_VISIBLE"),
                                (("invented weaving mills", f"{REGISTER}/L-01"), "NOT_A_PARTY")):
            self.assertIn(said, self.ask(1, "NOT_SHOWN", "explain-miss", *arguments), arguments)

    def check_cert(self, code, result, supplier, *options):
        return self.ask(code, result, "check-cert", "--subject", f"{REGISTER}/{supplier}",
                        *options)

    def test_check_cert_finds_every_cause(self):
        award = ("--on", "2026-11-24")
        sa8000 = ("--scheme", "SA8000")
        unit = ("--site", f"{REGISTER}/F-01")
        self.check_cert(0, "VALID", "S-01", *sa8000, *unit, "--hs", "5208", *award)
        out = self.check_cert(1, "EXPIRED", "S-01", *sa8000, *unit, *award, "--on", "2028-06-30")
        self.assertIn("2028-06-30", out)
        self.check_cert(1, "EXPIRED", "S-04", *sa8000, *award)
        self.check_cert(1, "SITE_NOT_IN_SCOPE", "S-01", *sa8000, "--site", f"{REGISTER}/F-02",
                        *award)
        out = self.check_cert(1, "COMMODITY_NOT_IN_SCOPE", "S-01", "--scheme", "GOTS", *unit,
                              "--hs", "62", *award)
        self.assertIn(f"source: {REGISTER}/C-04", out)
        out = self.check_cert(1, "SUSPENDED", "S-02", *sa8000, "--site", f"{REGISTER}/F-03",
                              *award)
        self.assertIn("suspended since 2026-09-10", out)
        out = self.check_cert(1, "UNKNOWN_CERTIFICATE", "S-03", *sa8000, *award)
        self.assertIn("does not say that there is none", out)

    def test_check_audit(self):
        day = ("--as_of", "2026-11-24")
        site = f"{REGISTER}/F-0"
        self.ask(0, "CURRENT", "check-audit", "--site", site + "1", "--scheme", "AMFORI_BSCI", *day)
        self.ask(1, "TOO_OLD", "check-audit", "--site", site + "2", "--scheme", "SMETA",
                 "--max_age", "365", *day)
        out = self.ask(1, "OPEN_CRITICAL", "check-audit", "--site", site + "3", "--scheme",
                       "AMFORI_BSCI", *day)
        self.assertIn("INV-B-03", out)
        self.ask(1, "NONE_ON_RECORD", "check-audit", "--site", site + "4", "--scheme", "SMETA",
                 *day)

    def test_flags(self):
        out = self.ask(1, "NGO_ALLEGATION  IN_FORCE", "flags", f"{REGISTER}/S-02")
        self.assert_says(out, "debt bondage", "contested", "(invented)", "Searched:")
        out = self.good("flags", f"{REGISTER}/S-03")
        self.assertIn("no clearance", out)
        out = self.good("flags", f"{REGISTER}/S-03", "--include_ended")
        self.assertIn("ENDED", out)
        self.assertEqual(self.probity("flags", f"{REGISTER}/S-03", "--as_of", "2023-01-01").code, 1)

    def test_an_unknown_subject_never_reads_as_clear(self):
        for subject in ("GB-COH:99999999", f"{REGISTER}/S-99"):
            answer = self.probity("flags", subject)
            self.assertEqual(answer.code, 1, answer)
            self.assertIn("No record names this subject", answer.out)
        answer = self.probity("check-cert", "--subject", "GB-COH:99999999", "--scheme", "SA8000")
        self.assertEqual(answer.code, 1, answer)
        self.assertIn("No record names this subject", answer.out)

    def test_links(self):
        out = self.good("links", f"{REGISTER}/S-02")
        self.assert_says(out, "labour agent for <-", "Invented Labour Agency LLC")
        self.assertEqual(self.probity("links", f"{REGISTER}/S-03").code, 1)

    def test_commodity_risk(self):
        out = self.ask(1, "LISTED", "commodity-risk", "tm", "HS:5201")
        self.assert_says(out, "forced labour", "source: datasets/goods/records/cotton|TM")
        self.ask(4, "NOT_COVERED", "commodity-risk", "SE", "HS:9701")

    def test_import_bans(self):
        self.dataset("import-bans")
        self.load_well("import-bans", "probity-jsonl", harness.ROOT / "data/import_bans.jsonl")
        self.assertIn("Hoshine Silicon Industry", self.good("search", "hoshine", "silicon"))
        out = self.ask(1, "IMPORT_BAN_WRO  IN_FORCE", "flags", "datasets/import-bans/records/"
                       "party|hoshine-silicon-industry-co-ltd")
        self.assert_says(out, "US-307-WRO", "goods banned", "since 2021-06-24")
        # A ban on a region names no party: it stands beside what the lists say.
        answer = self.probity("commodity-risk", "CN-XJ", "HS:2002")
        self.assertEqual(answer.code, 1, answer)
        self.assert_says(answer.out, "Measures about such goods from there", "IMPORT_BAN_WRO",
                         "since 2021-01-13")

    def test_json_is_one_object_a_line_and_keeps_the_exit_code(self):
        answer = self.probity("--json", "check-cert", "--subject", f"{REGISTER}/S-04",
                              "--scheme", "SA8000", "--on", "2026-11-24")
        self.assertEqual(answer.code, 1)
        self.assertEqual(answer.out.count("\n"), 1)
        self.assertEqual(json.loads(answer.out)["result"], "CERTIFICATION_RESULT_EXPIRED")
        for arguments in (["info"], ["formats"], ["dataset", "list"], ["dataset", "revisions"],
                          ["dataset", "loads", "goods"], ["search", "invented"],
                          ["compare", "x", "y"], ["explain-miss", "x", f"{REGISTER}/S-01"],
                          ["lookup", "GB-COH:1"], ["links", f"{REGISTER}/S-02"],
                          ["flags", f"{REGISTER}/S-02"], ["commodity-risk", "TM", "HS:5201"],
                          ["check-audit", "--site", f"{REGISTER}/F-02", "--scheme", "SMETA"]):
            for line in self.probity(*arguments, "--json").out.splitlines():
                self.assertIsInstance(json.loads(line), dict, arguments)

    def test_tables_fit_eighty_columns_without_colour(self):
        for arguments in (["check-cert", "--subject", f"{REGISTER}/S-01", "--scheme", "GOTS",
                           "--site", f"{REGISTER}/F-01", "--hs", "62"],
                          ["flags", f"{REGISTER}/S-02"], ["links", f"{REGISTER}/S-02"],
                          ["commodity-risk", "TM", "HS:5201"], ["dataset", "list"], ["info"],
                          ["dataset", "loads", "goods"], ["dataset", "revisions"], ["formats"],
                          ["lookup", "XI-LEI:9999INVENTED00000198"], ["search", "invented"],
                          ["search", "invented weaving", "--explain", "full"],
                          ["compare", "Invented Weaving", "Made-up Bricks", "--explain", "full"],
                          ["explain-miss", "weaving mill", f"{REGISTER}/S-01"]):
            out = self.probity(*arguments, width=80).out
            self.assertNotIn("\x1b", out)
            for line in out.splitlines():
                self.assertLessEqual(len(line), 80, line)


class WriteTest(harness.ServerTest):
    def test_put_and_remove(self):
        self.dataset()
        record = '{"key":"S-1","supplier":{"names":[{"text":"Example Mills"}]}}'
        self.assertIn("Stored datasets/d/records/S-1", self.good("put", "d", "-", stdin=record))
        path = self.file("record.json", record.replace("Mills", "Works"))
        self.good("put", "d", path, "--note", "by telephone")
        self.assertIn("Example Works", self.good("search", "example", "works"))
        self.assertIn("by telephone", self.good("dataset", "revisions", "d"))
        self.good("remove", "datasets/d/records/S-1")
        self.assertEqual(self.probity("search", "example", "works").code, 1)
        again = self.probity("remove", "datasets/d/records/S-1")
        self.assertEqual(again.code, 3)
        self.assertIn("RECORD_NOT_FOUND", again.err)
        self.assertEqual(self.probity("put", "d", "-", stdin="{nonsense").code, 2)

    def test_flags_without_a_source_are_no_clearance(self):
        self.dataset()
        self.load(self.file("s.csv", harness.suppliers(1)))
        answer = self.probity("flags", "datasets/d/records/k0")
        self.assertEqual(answer.code, 4, answer)
        self.assertIn("nothing was searched", answer.out)

    def test_datasets_loads_and_revisions(self):
        self.good("dataset", "create", "bans", "--absence", "delisted", "--title", "Import bans",
                  "--reliability", "regulator", "--max_refused_percent", "5")
        again = self.probity("dataset", "create", "bans", "--absence", "delisted")
        self.assertEqual(again.code, 3)
        self.assertIn("DATASET_EXISTS", again.err)
        path = self.file("s.csv", harness.suppliers(3))
        self.assertIn("EDITION_REQUIRED", self.load(path, "bans").err)
        answer = self.load(path, "bans", "probity-csv", "--edition", "2026-10-01")
        self.assertEqual(answer.code, 0, answer)
        out = self.good("dataset", "list")
        self.assert_says(out, "datasets/bans", "Import bans", "2026-10-01", "delisted")
        self.assertIn("committed", self.good("dataset", "loads", "bans"))
        self.assertEqual(self.good("dataset", "revisions", "bans").count("datasets/bans"), 2)

    def test_info_and_formats(self):
        self.assert_says(self.good("info"), "version", "revision", "limits")
        self.assert_says(self.good("formats"), "probity-jsonl", "probity-csv", "--mapping")


class TokenTest(harness.ServerTest):
    """Who has no token, or a wrong one, is told so and learns nothing."""

    def setUp(self):
        super().setUp()
        self.server.stop()
        tokens = self.file("tokens", "the-right-token-of-ann ann authorities/a\n")
        self.start(options=("--token_file", str(tokens)))

    def test_only_the_right_token_opens(self):
        none = self.probity("info")
        self.assertEqual(none.code, 3)
        self.assert_says(none.err, "UNAUTHENTICATED", "--token_file")
        self.assertEqual(none.out, "")
        wrong = self.probity("--token_file", self.file("wrong", "guess\n"), "info")
        self.assertEqual(wrong.code, 3)
        self.assertIn("UNAUTHENTICATED", wrong.err)
        absent = self.probity("--token_file", self.directory / "absent", "info")
        self.assertEqual(absent.code, 3)
        self.assertIn("absent", absent.err)
        right = self.file("right", "the-right-token-of-ann\n")
        self.assertEqual(self.probity("--token_file", right, "info").code, 0)


class UsageTest(harness.ServerTest):
    def refused(self, *arguments):
        answer = self.probity(*arguments)
        self.assertEqual(answer.code, 2, answer)
        self.assertEqual(answer.out, "")
        return answer.err

    def test_wrong_command_lines_name_what_is_wrong(self):
        for arguments, said in (
                ([], "--help"),
                (["nonsense"], "nonsense"),
                (["lookup"], "IDENTIFIER"),
                (["lookup", "04830352"], "SCHEME:VALUE"),
                (["check-cert", "--scheme", "SA8000"], "--subject"),
                (["check-cert", "--subject", "GB-COH:1"], "--scheme"),
                (["check-audit", "--site", "nobody", "--scheme", "SMETA"], "names nobody"),
                (["flags", "GB-COH:1", "--as_of", "2026-02-29"], "does not exist"),
                (["flags", "GB-COH:1", "--as_of", "29.02.2024"], "2024-05-31"),
                (["commodity-risk", "TM", "HS:cotton"], "HS:5205"),
                (["search", "x", "--type", "firm"], "company"),
                (["search", "x", "--limit", "101"], "1 to 100"),
                (["search", "x", "--min_score", "70"], "0 to 1"),
                (["search", "x", "--date", "May 1970"], "2024-05"),
                (["search", "x", "--explain", "more"], "reasons"),
                (["compare", "x"], "OTHER"),
                (["compare", "x", "y", "--type", "firm"], "company"),
                (["explain-miss", "x"], "EXPECTED"),
                (["explain-miss", "x", "GB-COH:1"], "suppliers/ID"),
                (["dataset", "create", "d", "--absence", "vanished"], "delisted"),
                (["import", "--dataset", "d"], "--format"),
                (["lookup", "GB-COH:1", "--colour"], "--colour"),
                (["help", "nonsense"], "nonsense")):
            self.assertIn(said, self.refused(*arguments), arguments)

    def test_help_version_and_man(self):
        self.assertIn("check-cert", self.good("--help"))
        self.assertEqual(self.good("help", "dataset", "create"),
                         self.good("dataset", "create", "--help"))
        self.assertRegex(self.good("--version"), r"^probity \d+\.\d+\.\d+\n$")
        roff = self.good("man")
        self.assertTrue(roff.startswith(".TH PROBITY 1"))
        shown = subprocess.run(["sh", "-c", "command -v man >/dev/null || exit 77; "
                                "man --warnings -l - 2>&1 >/dev/null"],
                               input=roff, capture_output=True, text=True, check=False)
        if shown.returncode == 77:
            self.skipTest("man is not installed: the page's macros were not checked")
        self.assertEqual(shown.stdout, "")


if __name__ == "__main__":
    harness.main()
