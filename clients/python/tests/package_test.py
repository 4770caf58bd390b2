"""What is in the wheel and the sdist, for which Pythons, and that types are told."""
import ast
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import probity_client

HERE = pathlib.Path(__file__).resolve().parents[1]
DIST = pathlib.Path(os.environ["PROBITY_CLIENT_DIST"])
USE = """
from probity_client import AsyncClient, Client, may_buy, v1
client = Client("host:1")
answer = client.screening.screen_supplier(v1.ScreenSupplierRequest(request_id="1"))
reveal_type(answer)
for vendor in client.vendors.list_vendors(v1.ListVendorsRequest()):
    reveal_type(vendor)
async def ask() -> None:
    reveal_type(await AsyncClient("host:1").suppliers.get_supplier(v1.GetSupplierRequest()))
"""


def wheel():
    path, = DIST.glob("*.whl")
    return zipfile.ZipFile(path)


class PackageTest(unittest.TestCase):
    def test_the_wheel_holds_the_package_and_nothing_else(self):
        names = wheel().namelist()
        tops = {name.split("/")[0] for name in names}
        self.assertEqual(tops, {"probity_client",
                                f"probity_client-{probity_client.__version__}.dist-info"})
        for name in ("py.typed", "service_config.json", "v1/common_pb2.py", "v1/common_pb2.pyi",
                     "v1/screening_service_pb2_grpc.py", "_generated/services.py"):
            self.assertIn(f"probity_client/{name}", names)
        self.assertTrue(any(name.endswith("licenses/LICENSE") for name in names))

    def test_nothing_of_google_but_protobuf_is_needed(self):
        archive = wheel()
        for name in archive.namelist():
            if name.endswith(".py"):
                text = archive.read(name).decode()
                self.assertNotRegex(text, r"(?m)^\s*(from|import) google\.(?!protobuf)", name)
        metadata, = (name for name in archive.namelist() if name.endswith("/METADATA"))
        required = re.findall(r"^Requires-Dist: (.*)$", archive.read(metadata).decode(), re.M)
        self.assertEqual(sorted(text for text in required if "extra" not in text),
                         ["grpcio>=1.51", "protobuf>=4.21"])

    def test_the_sdist_builds_the_same_wheel_without_protoc(self):
        source, = DIST.glob("*.tar.gz")
        with tempfile.TemporaryDirectory() as made, tarfile.open(source) as archive:
            archive.extractall(made)
            folder, = pathlib.Path(made).iterdir()
            subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", folder],
                           check=True, capture_output=True, env={**os.environ, "PATH": "/nowhere"})
            again, = folder.glob("dist/*.whl")
            self.assertEqual(sorted(zipfile.ZipFile(again).namelist()),
                             sorted(wheel().namelist()))

    def test_has_the_version_of_the_server(self):
        project = (HERE.parents[1] / "CMakeLists.txt").read_text()
        version = re.search(r"project\(probity VERSION (\S+)", project).group(1)
        self.assertEqual(probity_client.__version__, version)

    def test_is_written_in_python_3_9(self):
        for path in (HERE / "src").rglob("*.py"):
            ast.parse(path.read_text(), feature_version=(3, 9))

    def mypy(self, text):
        with tempfile.TemporaryDirectory() as made:
            file = pathlib.Path(made) / "use.py"
            file.write_text(text)
            return subprocess.run(
                [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, file],
                capture_output=True, text=True, check=False, cwd=made)

    def test_type_checkers_know_what_comes_back(self):
        done = self.mypy(USE)
        self.assertEqual(done.returncode, 0, done.stdout)
        revealed = re.findall(r'Revealed type is "([^"]+)"', done.stdout)
        self.assertEqual([name.rpartition(".")[2] for name in revealed],
                         ["ScreenSupplierResponse", "Vendor", "GetSupplierResponse"])

    def test_and_find_a_wrong_field(self):
        done = self.mypy(USE.replace("request_id", "requestid"))
        self.assertIn('Unexpected keyword argument "requestid"', done.stdout)


if __name__ == "__main__":
    unittest.main()
