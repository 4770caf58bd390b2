"""The chart before a real API server, with no node: what it refuses, no rendering tier sees."""
import json
import os
import pathlib
import tempfile
import unittest

import yaml

from control_plane import ControlPlane

CHART = pathlib.Path(__file__).resolve().parents[2] / "helm/probity"
CRDS = pathlib.Path(os.environ["PROBITY_CRDS"])  # of what the chart makes objects of, beside Kubernetes' own
NAMESPACE = "supply"


class ApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="probity-api-")
        cls.addClassCleanup(directory.cleanup)
        cls.plane = ControlPlane(directory.name)
        cls.addClassCleanup(cls.plane.stop)
        cls.plane.start()
        for crd in sorted(CRDS.glob("*.yaml")):
            # Some are too long for the annotation that a client-side apply leaves.
            cls.plane.kubectl("apply", "--server-side", f"--filename={crd}")
        cls.plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        cls.plane.restricted_namespace(NAMESPACE)

    def value_sets(self):
        return [(), *(("--values", path) for path in sorted((CHART / "ci").glob("*.yaml")))]

    def stateful_set(self):
        version = json.loads(self.plane.kubectl("get", "--raw", "/version").stdout)["gitVersion"]
        return self.plane.helm("template", "probity", CHART, "--namespace", NAMESPACE, "--kube-version", version,
                               "--show-only", "templates/statefulset.yaml").stdout

    def test_each_value_set_installs(self):
        for values in self.value_sets():
            with self.subTest(values):
                done = self.plane.helm("install", "probity", CHART, "--namespace", NAMESPACE, "--dry-run=server", *values)
                self.assertIn("STATUS: pending-install", done.stdout)

    def test_the_server_takes_each_object_and_warns_of_none(self):
        for values in self.value_sets():
            with self.subTest(values):
                text = self.plane.helm("install", "probity", CHART, "--namespace", NAMESPACE, "--dry-run=server",
                                       "--output=yaml", *values).stdout
                release = yaml.safe_load(text)
                manifests = [release["manifest"], *(hook["manifest"] for hook in release.get("hooks", []))]
                done = self.plane.kubectl("apply", "--dry-run=server", "--validate=strict", "--namespace", NAMESPACE,
                                          "--filename=-", input="\n---\n".join(manifests))
                self.assertNotIn("Warning", done.stderr)
                self.assertIn("statefulset.apps/probity created (server dry run)", done.stdout)

    def test_what_breaks_the_pod_security_standard_would_be_warned_of(self):
        text = self.stateful_set()
        broken = text.replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true")
        self.assertNotEqual(broken, text)
        done = self.plane.kubectl("apply", "--dry-run=server", "--namespace", NAMESPACE, "--filename=-", input=broken)
        self.assertIn("would violate PodSecurity", done.stderr)

    def test_a_field_that_kubernetes_does_not_know_is_refused(self):
        text = self.stateful_set()
        broken = text.replace("podManagementPolicy:", "podManagmentPolicy:")
        done = self.plane.kubectl("apply", "--dry-run=server", "--validate=strict", "--namespace", NAMESPACE,
                                  "--filename=-", input=broken, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('unknown field "spec.podManagmentPolicy"', done.stderr)


if __name__ == "__main__":
    unittest.main()
