"""The other way of docs/DEPLOYING.md: no certificate by hand, and a gateway beside the server."""
import os
import pathlib
import unittest

import yaml

import release
from processes import Process, run, wait_for

NAMESPACE = "agency"
CERT_MANAGER = pathlib.Path(os.environ.get("PROBITY_CERT_MANAGER", "/nowhere"))  # program and CRDs
TITLE = "With cert-manager"


class CertManagerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.release = release.release()
        cls.cluster, cls.desk = cls.release.cluster, cls.release.desk
        for crd in sorted(CERT_MANAGER.glob("crds/*.yaml")):
            cls.cluster.kubectl("apply", "--server-side", f"--filename={crd}")
        cls.cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        manager = Process("cert-manager", [CERT_MANAGER / "cert-manager", cls.cluster.kubeconfig("admin")], cls.cluster.directory)
        cls.addClassCleanup(manager.stop)
        for claim in ("probity-data", "probity-backup"):
            cls.cluster.volume(NAMESPACE, claim, "40Gi")
        cls.values = cls.desk.directory / "agency.yaml"
        cls.addClassCleanup(cls.cluster.helm, "uninstall", "probity", "--namespace", NAMESPACE, "--ignore-not-found")
        cls.output = cls.desk.follow(TITLE, cls.values)

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl("--namespace", NAMESPACE, *arguments, **options)

    def upgrade(self, *arguments):
        self.cluster.helm("upgrade", "probity", release.CHART, "--namespace", NAMESPACE, "--values", self.values, "--wait",
                          "--timeout=2m", *arguments)

    def renewed(self, secret, service, port):
        """Loses a Secret, which cert-manager makes anew; waits until its certificate is served."""
        before = self.cluster.certificate_of(NAMESPACE, service, port)
        self.kubectl("delete", "secret", secret)
        wait_for(f"the renewed certificate of {service}",
                 lambda: self.cluster.certificate_of(NAMESPACE, service, port) != before, seconds=150)

    def pods(self, component):
        return [(pod["metadata"]["uid"], [row["restartCount"] for row in pod["status"]["containerStatuses"]]) for pod in
                self.cluster.get("pods", "--namespace", NAMESPACE, f"--selector=app.kubernetes.io/component={component}")["items"]]

    def test_a_the_guide_ends_with_the_expected_verdict(self):
        self.assertIn("STATUS: deployed", self.output)
        self.assertEqual(self.output.count("Phase:          Succeeded"), 3, self.output)
        self.assertRegex(self.output, r"\nVALID\n")

    def test_b_jobs_have_certificates_and_roles_of_their_own(self):
        data = self.desk.directory / "data/demo"
        self.kubectl("create", "configmap", "lists", f"--from-file={data}/register.csv", f"--from-file={data}/certifications.csv")
        jobs = self.desk.directory / "jobs.yaml"
        jobs.write_text(yaml.safe_dump({"check": {"enabled": True}, "imports": [
            {"name": "register", "schedule": "@yearly", "dataset": "demo-register", "format": "probity-csv",
             "files": ["register.csv", "certifications.csv"], "volume": {"configMap": {"name": "lists"}}}]}))
        self.upgrade("--values", jobs)
        for name in ("backup", "check", "import-register"):
            with self.subTest(name):
                self.cluster.run_job(NAMESPACE, f"probity-{name}", f"{name}-now")
                print(self.kubectl("logs", "--selector", f"job-name={name}-now").stdout)

    def test_c_a_renewed_certificate_is_served_without_a_restart(self):
        before = self.pods("server")
        self.renewed("probity-tls", "probity", 7443)
        self.assertEqual(self.pods("server"), before)

    def test_d_the_gateway_answers_who_brings_a_certificate_and_renews_its_own(self):
        self.upgrade("--set", "gateway.enabled=true,gateway.callers=certificate,gateway.replicas=1")
        url = f"https://probity-gateway.{NAMESPACE}.svc/v1/suppliers:lookup"
        body = '{"identifiers": [{"scheme": "XI-LEI", "value": "9999INVENTED00000198"}]}'
        names = ["--cacert", "ann/ca.crt", "--silent", "--show-error", "--max-time", "20", "--json", body]
        known = ["--cert", "ann/tls.crt", "--key", "ann/tls.key"]

        def asked(*who):
            return run("curl", *names, *who, url, check=False, cwd=self.desk.directory, env=self.cluster.environment())
        answer = asked(*known)
        self.assertIn("LOOKUP_OUTCOME_FOUND", answer.stdout, answer.stderr)
        self.assertNotIn("LOOKUP_OUTCOME", asked().stdout)
        before = self.pods("gateway")
        self.renewed("probity-gateway-tls", "probity-gateway", 443)
        self.assertEqual(self.pods("gateway"), before)
        self.assertIn("LOOKUP_OUTCOME_FOUND", asked(*known).stdout)


if __name__ == "__main__":
    unittest.main()
