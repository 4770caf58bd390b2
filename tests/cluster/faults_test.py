"""What is wrong is said in one clear line: by helm, by an event, or in a log."""
import hashlib
import itertools
import re
import unittest

import yaml

import release
from processes import run, wait_for

NAMESPACE = "faults"
# Of the store's format in its table of metadata (storage/rocksdb/key_codec.h).
FORMAT_KEY = "0x46"
# As little as starts: what a test is about stands beside it.
SMALL = ["--set", "backup.enabled=false,tests.enabled=false,resources.requests.cpu=10m,resources.requests.memory=64Mi"]
PLAIN = [*SMALL, "--set", "tls.mode=none,tls.allowInsecure=true,evidence.generatedKey=true"]


def digest(directory):
    """Of names and bytes of the files in it."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(bytes(path) + path.read_bytes() for path in files)).hexdigest()


class FaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.release = release.release()
        cls.cluster = cls.release.cluster
        cls.cluster.restricted_namespace(NAMESPACE)

    def install(self, name, *arguments, namespace=NAMESPACE, check=True):
        self.addCleanup(self.cluster.helm, "uninstall", name, "--namespace", namespace, "--ignore-not-found")
        return self.cluster.helm("install", name, release.CHART, "--namespace", namespace, "--set",
                                 f"fullnameOverride={name}", *arguments, check=check)

    def volume(self, name):
        return self.cluster.volume(NAMESPACE, f"{name}-data", "20Gi")

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl("--namespace", options.pop("namespace", NAMESPACE), *arguments, **options)

    def event(self, wanted):
        """The first message of an event that fits."""
        def find():
            rows = self.cluster.get("events", "--namespace", NAMESPACE)["items"]
            return next((row["message"] for row in rows if re.search(wanted, row["message"])), None)
        return self.said(wait_for(f"an event like {wanted}", find))

    def log(self, pods, container, wanted, namespace=NAMESPACE):
        """The first line of a container's log that fits, of this start or the last. `pods`: a name, or the selector
        of those that a job tries one behind the other."""
        def find():
            names = [pods]
            if "=" in pods:
                names = self.kubectl("get", "pods", f"--selector={pods}", "--output=name", namespace=namespace).stdout.split()
            for pod, which in itertools.product(names, ("--previous=false", "--previous=true")):
                text = self.kubectl("logs", pod, f"--container={container}", which, namespace=namespace, check=False).stdout
                for line in text.splitlines():
                    if re.search(wanted, line):
                        return line
            return None
        return self.said(wait_for(f"a line like {wanted} in the log of {pods}", find))

    def said(self, line):
        print(f"SAID {line}", flush=True)
        return line

    def ready(self, pod):
        wait_for(f"{pod} to be ready", lambda: release.is_ready(self.cluster.get("pod", pod, "--namespace", NAMESPACE)))

    def tls_secret(self, name, key="server.key"):
        files = ["--from-file=tls.crt=tls/server.crt", f"--from-file=tls.key=tls/{key}", "--from-file=ca.crt=tls/ca.crt"]
        self.kubectl("create", "secret", "generic", name, *files, cwd=self.release.desk.directory)


class ValuesTest(FaultsTest):
    def refused(self, wanted, *arguments):
        done = self.install("refused", *arguments, check=False)
        self.assertNotEqual(done.returncode, 0)
        lines = [line for line in done.stderr.splitlines() if re.search(wanted, line)]
        self.assertTrue(lines, done.stderr)
        self.said(lines[0])

    def test_an_unknown_value(self):
        self.refused("additional properties 'persistance' not allowed", "--set", "persistance.size=1Gi")

    def test_a_value_of_the_wrong_type(self):
        self.refused("service.port.*got string, want integer", "--set-string", "service.port=many")


class SecretTest(FaultsTest):
    def test_a_missing_secret_is_named_and_the_pod_goes_on_once_it_is_there(self):
        self.volume("lacks")
        self.install("lacks", *SMALL, "--set", "evidence.generatedKey=true")
        self.event('secret "lacks-tls" not found')
        self.tls_secret("lacks-tls")
        self.ready("lacks-0")

    def test_a_key_that_does_not_belong(self):
        self.volume("foreign")
        self.tls_secret("foreign-tls", "jobs.key")
        self.install("foreign", *SMALL, "--set", "evidence.generatedKey=true")
        self.log("foreign-0", "check-config", r"WRONG +tls\.key_file")

    def test_a_key_that_is_none(self):
        self.volume("broken")
        (self.release.desk.directory / "tls/broken.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        self.tls_secret("broken-tls", "broken.key")
        self.install("broken", *SMALL, "--set", "evidence.generatedKey=true")
        self.log("broken-0", "check-config", r"WRONG +tls\.key_file")


class VolumeTest(FaultsTest):
    def test_read_only(self):
        path = self.volume("fixed")
        run("chmod", "777", path)
        run("mount", "--bind", path, path)
        run("mount", "-o", "remount,ro,bind", path)
        # Without a group that the kubelet would have to write.
        self.install("fixed", *PLAIN, "--set", "securityContext.fsGroup=0")
        self.log("fixed-0", "check-config", "WRONG +data_dir")

    def test_too_small(self):
        path = self.volume("small")
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path)
        self.install("small", *PLAIN)
        self.log("small-0", "probityd", "is full")


class StoreTest(FaultsTest):
    def test_a_store_of_a_newer_release(self):
        path = self.volume("newer")
        self.install("newer", *PLAIN, "--wait", "--timeout=2m")
        self.cluster.helm("uninstall", "newer", "--namespace", NAMESPACE, "--wait")
        self.kubectl("wait", "--for=delete", "--timeout=1m", "pod/newer-0")
        store = path / "data/store"
        run("ldb", f"--db={store}", "--column_family=meta", "--hex", "put", FORMAT_KEY, "0x00000063")
        before = digest(store)
        self.install("newer", *PLAIN)
        self.log("newer-0", "check-store", "STORE_FORMAT_NEWER: the store has format 99")
        self.assertEqual(digest(store), before)


class PolicyTest(FaultsTest):
    def test_a_wrong_policy_file(self):
        self.volume("misled")
        values = self.release.desk.directory / "misled.yaml"
        values.write_text(yaml.safe_dump({"policies": {"files": [{"name": "wrong.txtpb", "text": 'id: "wrong"\nverzion: "1"\n'}]}}))
        self.install("misled", *PLAIN, "--values", values)
        self.log("app.kubernetes.io/component=policies,app.kubernetes.io/instance=misled", "probity", "verzion")


if __name__ == "__main__":
    unittest.main()
