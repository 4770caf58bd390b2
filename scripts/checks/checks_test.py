"""The checks must be able to fail."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_chart_settings  # noqa: E402
import check_errors_doc  # noqa: E402
import check_floors  # noqa: E402
import check_hidden_constants  # noqa: E402
import check_metrics_doc  # noqa: E402
import check_policy_doc  # noqa: E402
import check_proto_comments  # noqa: E402
import check_sandbox_doc  # noqa: E402
import check_tests_registered  # noqa: E402
import check_texts  # noqa: E402
import check_threats_doc  # noqa: E402


class FloorsTest(unittest.TestCase):
    def test_down_is_allowed_and_up_is_not(self):
        self.assertIsNone(check_floors.problem("storage/store.h", "base/errors.h"))
        self.assertIsNone(check_floors.problem("tests/x.cc", "services/rpc/status.h"))
        self.assertIsNotNone(check_floors.problem("base/errors.h", "storage/store.h"))
        self.assertIsNotNone(check_floors.problem("policy/check.cc", "storage/store.h"))
        self.assertIsNotNone(check_floors.problem("cli/main.cc", "base/errors.h"))
        self.assertIsNone(check_floors.problem("cli/main.cc", "base/csv_cell.h"))
        self.assertIsNone(check_floors.problem("cli/main.cc", "evidence/receipt.h"))
        self.assertIsNotNone(check_floors.problem("evidence/receipt.h", "policy/listing.h"))

    def test_libraries_have_one_home(self):
        self.assertIsNone(check_floors.problem("storage/rocksdb/a.cc", "rocksdb/db.h"))
        self.assertIsNotNone(check_floors.problem("storage/a.cc", "rocksdb/db.h"))
        self.assertIsNotNone(check_floors.problem("screening/a.cc", "grpcpp/grpcpp.h"))
        self.assertIsNotNone(
            check_floors.problem("screening/a.cc", "probity/v1/risk_service.grpc.pb.h"))

    def test_services_do_not_see_each_other(self):
        self.assertIsNone(check_floors.problem("services/risk/a.cc", "services/rpc/b.h"))
        self.assertIsNone(check_floors.problem("services/server/a.cc", "services/risk/b.h"))
        self.assertIsNotNone(check_floors.problem("services/risk/a.cc", "services/supplier/b.h"))

    def test_unmasked_readers_stay_in_storage(self):
        line = "  store->ForEachChange(7, visit);"
        self.assertFalse(check_floors.unmasked("storage/names/follower.cc", line))
        self.assertTrue(check_floors.unmasked("services/supplier/get.cc", line))
        self.assertTrue(check_floors.unmasked("screening/facts.cc", "ForEachVersion("))
        self.assertFalse(check_floors.unmasked("screening/facts.cc", "view.ForEachRecord("))


class ChartSettingsTest(unittest.TestCase):
    PROTO = ("message M {\n  // Seconds. Default 10, range 1 to\n  // 1,000.\n  uint32 wait = 1;\n"
             "  // Where.\n  string place = 2;\n  repeated Other others = 3;\n}\n")

    def faults(self, properties, made=()):
        fields = check_chart_settings.fields(self.PROTO, "M")
        return check_chart_settings.compare("M", fields, {"properties": properties}, set(made))

    def test_well(self):
        wait = {"minimum": 1, "maximum": 1000}
        self.assertEqual(self.faults({"wait": wait, "place": {}, "others": {}}), [])
        self.assertEqual(self.faults({"wait": wait, "others": {}}, ["place"]), [])

    def test_names_what_differs(self):
        self.assertEqual(self.faults({"wait": {"minimum": 1, "maximum": 100}, "plaice": {}}, ["others"]), [
            "M.place is neither a value nor made by the chart", "M has no field plaice",
            "M.wait is 1 to 1000 by the proto"])
        self.assertIn("M.place is made by the chart and a value, too", self.faults({"place": {}}, ["place"]))


class ProtoCommentsTest(unittest.TestCase):
    def test_names_what_lacks_a_comment(self):
        text = "// M.\nmessage M {\n  // A.\n  int32 a = 1;\n  repeated Name b = 2;\n}\n"
        faults, looked_at = check_proto_comments.check_text("x.proto", text)
        self.assertEqual(looked_at, 3)
        self.assertEqual(faults, ["x.proto:5: b has no comment"])

    def test_sees_every_kind(self):
        text = ("service S {\n  rpc R(A) returns (B);\n}\nenum E {\n  E_UNSPECIFIED = 0;\n}\n"
                "message M {\n  map<string, int32> m = 1;\n  oneof o {\n  }\n}\n")
        self.assertEqual(len(check_proto_comments.check_text("x", text)[0]), 7)


class MetricsDocTest(unittest.TestCase):
    CODE = ('inline constexpr Metric kA{"probity_a_seconds", kHistogram,\n"A"};\n'
            'inline constexpr Metric kB{\n    "probity_b_total", kCounter, "B"};\n')

    def test_reads_the_catalogue(self):
        self.assertEqual(check_metrics_doc.catalogue(self.CODE),
                         {"probity_a_seconds": "histogram", "probity_b_total": "counter"})

    def test_names_what_differs(self):
        code = check_metrics_doc.catalogue(self.CODE)
        good = "| `probity_a_seconds` | histogram | |\n| `probity_b_total` | counter | |\n"
        self.assertEqual(check_metrics_doc.compare(code, good + "`probity_a_seconds_count`"), [])
        self.assertEqual(len(check_metrics_doc.compare(code, good.replace("counter", "gauge"))), 1)
        self.assertEqual(len(check_metrics_doc.compare(code, good + "and `probity_c`")), 1)
        self.assertEqual(len(check_metrics_doc.compare(code, "")), 2)

    def test_an_alert_needs_section_runbook_and_both_tests(self):
        rules = ("      - alert: Late\n        expr: x\n"
                 "          runbook: docs/OBSERVABILITY.md#late\n")
        tests = ("        alertname: Late\n        exp_alerts:\n"
                 "        alertname: Late\n        exp_alerts: []\n")
        document = "### Late\nDo it.\n"
        compare = check_metrics_doc.compare_alerts
        self.assertEqual(compare(rules, tests, document), [])
        self.assertEqual(len(compare(rules, tests, "")), 1)
        self.assertEqual(len(compare(rules.replace("#late", "#early"), tests, document)), 1)
        self.assertEqual(len(compare(rules, tests.replace(" []", ""), document)), 1)
        self.assertEqual(len(compare(rules, tests.replace("alerts:\n", "alerts: []\n"), document)), 1)


class ErrorsDocTest(unittest.TestCase):
    def test_finds_what_is_missing_and_what_is_invented(self):
        proto = "  ERROR_REASON_UNSPECIFIED = 0;\n  ERROR_REASON_DISK_FULL = 1;\n"
        self.assertEqual(check_errors_doc.compare(proto, "| DISK_FULL |")[0], [])
        self.assertEqual(len(check_errors_doc.compare(proto, "nothing")[0]), 1)
        self.assertEqual(len(check_errors_doc.compare(proto, "DISK_FULL, OTHER_THING")[0]), 1)

    def test_every_reason_of_a_row_has_its_line(self):
        proto = "  ERROR_REASON_ROW_DATE = 97;\n  ERROR_REASON_ROW_VALUE = 96;\n"
        table = "| ROW_DATE | has a date |\n| ROW_VALUE | has a value |\n"
        self.assertEqual(check_errors_doc.compare_rows(proto, table), [])
        self.assertEqual(len(check_errors_doc.compare_rows(proto, "| ROW_DATE | x |\n")), 1)
        self.assertEqual(len(check_errors_doc.compare_rows(proto, table + "| ROW_X | y |\n")), 1)


class SandboxDocTest(unittest.TestCase):
    LEI = "9999SANDBOXCLEAR0069"
    CALLS = [({LEI}, {"VERDICT_CLEAR"})]
    ROW = f"| `XI-LEI:{LEI}` | a firm | `VERDICT_CLEAR` |\n"

    def test_a_row_that_the_corpus_confirms_is_good(self):
        self.assertEqual(check_sandbox_doc.faults_in(self.ROW, {self.LEI}, self.CALLS), ([], 1))
        short = self.ROW.replace("VERDICT_", "")
        self.assertEqual(check_sandbox_doc.faults_in(short, {self.LEI}, self.CALLS), ([], 1))

    def test_what_is_missing_or_not_so_is_named(self):
        faults, _ = check_sandbox_doc.faults_in("", {self.LEI}, self.CALLS)
        self.assertIn("has no row", faults[0])
        for change, fault in (("VERDICT_CLEAR", "VERDICT_BLOCK"), ("`VERDICT_CLEAR`", "nothing")):
            faults, _ = check_sandbox_doc.faults_in(self.ROW.replace(change, fault), set(),
                                                    self.CALLS)
            self.assertEqual(len(faults), 1, faults)

    def test_leis_are_invented_and_their_check_digits_right(self):
        for wrong in ("9999SANDBOXCLEAR0068", "0000INVENTED00000022"):
            faults, _ = check_sandbox_doc.faults_in(self.ROW.replace(self.LEI, wrong), set(),
                                                    [({wrong}, {"VERDICT_CLEAR"})])
            self.assertEqual(len(faults), 1, faults)


class TestsRegisteredTest(unittest.TestCase):
    def test_finds_a_forgotten_test(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a").mkdir()
            (root / "a" / "CMakeLists.txt").write_text("probity_test(t SOURCES x_test.cc)\n")
            (root / "a" / "x_test.cc").write_text("")
            (root / "a" / "y_test.cc").write_text("")
            (root / "tests").mkdir()
            (root / "tests" / "z_test.py").write_text("")
            (root / "tests" / "w_test.py").write_text("")
            (root / "scripts").mkdir()
            (root / "scripts" / "w.sh").write_text("python3 -m unittest w_test.py\n")
            faults, looked_at = check_tests_registered.check(root)
        self.assertEqual(looked_at, 4)
        self.assertEqual(faults, ["a/y_test.cc: in no CMakeLists.txt and no script",
                                  "tests/z_test.py: in no CMakeLists.txt and no script"])


class PolicyDocTest(unittest.TestCase):
    def test_finds_what_a_row_does_not_say(self):
        rules = check_policy_doc.rules_of(
            'rules {\n  id: "R-1"\n  title: "Late"\n  legal_basis: "Act s. 1"\n}\n')
        self.assertEqual(rules, {"R-1": ["Late", "Act s. 1", ""]})
        row = "| `R-1` | Late | Act s. 1 |\n"
        self.assertEqual(check_policy_doc.compare(rules, row), [])
        self.assertEqual(len(check_policy_doc.compare(rules, row.replace("s. 1", "s. 2"))), 1)
        self.assertEqual(len(check_policy_doc.compare(rules, "")), 1)
        self.assertEqual(len(check_policy_doc.compare({}, row)), 1)


class TextsTest(unittest.TestCase):
    def test_finds_missing_keys_and_placeholders(self):
        english = {"a.X": "on {day}", "a.Y": "none"}
        self.assertEqual(check_texts.compare(english, {"a.X": "le {day}", "a.Y": "rien"}), [])
        self.assertEqual(len(check_texts.compare(english, {"a.X": "le {day}"})), 1)
        self.assertEqual(len(check_texts.compare(english, {"a.X": "le {jour}", "a.Y": "rien"})), 1)
        self.assertEqual(len(check_texts.compare({}, {"a.Z": "rien"})), 1)

    def test_reads_a_file_and_its_faults(self):
        texts, faults = check_texts.read_texts('# x\nkey,text\na,"b, c"\nd,\na,e\n')
        self.assertEqual(texts, {"a": "b, c"})
        self.assertEqual(len(faults), 2)
        self.assertEqual(len(check_texts.read_texts("a,b\n")[1]), 1)

    def test_enums_and_rules_ask_for_texts(self):
        proto = "enum E {\n  // No.\n  E_UNSPECIFIED = 0;\n  // One.\n  E_ONE = 1;\n}\n"
        self.assertEqual(check_texts.enum_keys("e", "E", proto), {"e.ONE"})
        self.assertEqual(len(check_texts.enum_keys("e", "F", proto)), 1)
        self.assertEqual(check_texts.rule_keys('id: "p"\nrules {\n  id: "R-1"\n}\n'), {"rule.R-1"})


class ThreatsDocTest(unittest.TestCase):
    TESTS = {"A.B", "x_test.test_y", "z_fuzz"}

    def test_names_that_are_there_are_good(self):
        text = "| S | a | b | `A.B`, `x_test.test_y` |\n| S, T | a | b | `z_fuzz` |\n"
        self.assertEqual(check_threats_doc.faults_in(text, self.TESTS), ([], 3))

    def test_a_test_that_is_gone_and_a_row_without_any_are_seen(self):
        text = "| T | a | b | `A.C` |\n| D | a | b | |\nSee `q_fuzz`.\n"
        faults, _ = check_threats_doc.faults_in(text, self.TESTS)
        self.assertEqual([fault.split(": ")[1] for fault in faults],
                         ["there is no test A.C", "a threat without a test",
                          "there is no test q_fuzz"])

    def test_all_kinds_of_tests_are_found(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "a_test.cc").write_text("TEST(S, One) {}\nTEST_P(P,\n       Two) {}\n")
            (root / "b_test.py").write_text("class B:\n    def test_c(self):\n")
            (root / "d_fuzz.cc").write_text("")
            self.assertEqual(check_threats_doc.tests_in(root),
                             {"S.One", "P.Two", "b_test.test_c", "d_fuzz"})


class HiddenConstantsTest(unittest.TestCase):
    HEADER = "namespace a::b {\ninline constexpr int kMost = 1;\nconstexpr char kOwn[] = \"x\";\n}  // namespace a::b\n"

    def rows(self, source, path="a/c.cc"):
        return check_hidden_constants.hidden({"a/h.h": self.HEADER, path: source})

    def test_a_private_one_of_the_same_name_and_namespace_is_seen(self):
        private = "namespace a::b {\nnamespace {\nconstexpr int kMost = 2;\n}  // namespace\n}  // namespace a::b\n"
        self.assertEqual(self.rows(private), [("a/c.cc", "kMost", "a/h.h")])
        self.assertEqual(self.rows(private.replace("a::b", "a::c")), [])
        self.assertEqual(self.rows(private, "a/c_bench.cc"), [])

    def test_its_use_and_one_behind_the_unnamed_namespace_are_not(self):
        self.assertEqual(self.rows("namespace a::b {\nnamespace {\nint i = kMost;\n}  // namespace\n"
                                   "const int kOwn = 3;\n}  // namespace a::b\n"), [])


if __name__ == "__main__":
    unittest.main()
