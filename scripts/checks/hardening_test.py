"""check_hardening.sh must see each protection that is missing."""
import pathlib
import platform
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "check_hardening.sh"
# Enough functions, a buffer, and a copy into it that the library can check.
SOURCE = "#include <cstring>\n" + "".join(
    f"__attribute__((noinline)) int f{i}(const char* s) {{ char b[64]; strcpy(b, s); "
    f"return b[{i}]; }}\n" for i in range(20)) + (
    "int main(int, char** v) { return " + " + ".join(f"f{i}(v[0])" for i in range(20)) + "; }\n")
X86 = platform.machine() == "x86_64"
COMPILE = ["-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2",
           *["-fcf-protection=full"] * X86]
LINK = ["-pie", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack"]


class HardeningTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def check(self, *options, without=()):
        source, program = self.directory / "a.cc", self.directory / "a"
        source.write_text(SOURCE)
        chosen = [option for option in COMPILE + LINK if option not in without]
        subprocess.run(["g++", "-O2", "-fPIE", *chosen, *options, source, "-o", program],
                       check=True)
        done = subprocess.run([SCRIPT, program], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def test_what_has_all_is_good(self):
        self.assertEqual(self.check(), (0, ""))

    def test_what_is_missing_is_named(self):
        for option, instead, words in (
                ("-pie", "-no-pie", "-pie"), ("-Wl,-z,relro", "-Wl,-z,norelro", "relro"),
                ("-Wl,-z,now", "-Wl,-z,lazy", "-z now"),
                ("-Wl,-z,noexecstack", "-Wl,-z,execstack", "noexecstack"),
                ("-fstack-protector-strong", "-fno-stack-protector", "stack-protector"),
                ("-D_FORTIFY_SOURCE=2", "-D_FORTIFY_SOURCE=0", "FORTIFY"),
                *((("-fcf-protection=full", "-fcf-protection=none", "cf-protection"),) * X86),
                ("", "-Wl,-rpath,/tmp", "RPATH")):
            with self.subTest(option or instead):
                code, said = self.check(instead, without=(option,))
                self.assertEqual(code, 1)
                self.assertIn(words, said)

    def test_a_program_that_is_not_there_is_an_error(self):
        done = subprocess.run([SCRIPT, "/nowhere"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
