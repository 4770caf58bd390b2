"""etcd, API server, and what decides behind it: Kubernetes without a node."""
import json
import os
import pathlib
import secrets
import socket

from processes import Process, run, wait_for

KUBE = os.environ.get("PROBITY_KUBE", "")  # the program of tests/cluster/kube; scripts/cluster.sh names it
HELM = os.environ.get("PROBITY_HELM", "helm")
SERVICES = "10.96.0.0/16"
# Groups of the built-in roles; the token of each is in a file that the API server reads.
USERS = {"admin": "system:masters", "system:kube-controller-manager": "", "system:kube-scheduler": "",
         "system:node:node": "system:nodes", "system:kube-proxy": "", "dns": "system:masters"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ControlPlane:
    """Runs in `directory` at `address`. `whole`: with those that make pods of workloads and place them."""

    def __init__(self, directory, address="127.0.0.1", whole=False):
        self.directory = pathlib.Path(directory)
        self.address = address
        self.whole = whole
        self.processes = []
        self.port = free_port()

    def start(self):
        self._write_tokens()
        run("openssl", "genrsa", "-out", self.directory / "service-accounts.key", "2048")
        client, peer = free_port(), free_port()
        etcd = f"http://127.0.0.1:{client}"
        self._run("etcd", ["etcd", "--data-dir", self.directory / "etcd", "--listen-client-urls", etcd,
                           "--advertise-client-urls", etcd, "--listen-peer-urls", f"http://127.0.0.1:{peer}",
                           # Nothing here outlives the machine.
                           "--unsafe-no-fsync"])
        self.kube("apiserver", f"--etcd-servers={etcd}", f"--secure-port={self.port}",
                  f"--bind-address={self.address}", f"--advertise-address={self.address}",
                  f"--cert-dir={self.directory}/certificates", f"--service-cluster-ip-range={SERVICES}",
                  "--service-account-issuer=https://kubernetes.default.svc",
                  f"--service-account-key-file={self.directory}/service-accounts.key",
                  f"--service-account-signing-key-file={self.directory}/service-accounts.key",
                  f"--token-auth-file={self.directory}/tokens.csv", "--authorization-mode=Node,RBAC",
                  "--allow-privileged=true", "--endpoint-reconciler-type=none",
                  # Nobody here knows nodes by name.
                  "--kubelet-preferred-address-types=InternalIP",
                  # Without a controller manager no namespace has its account.
                  *([] if self.whole else ["--disable-admission-plugins=ServiceAccount"]))
        for user in USERS:
            self.kubeconfig(user)
        wait_for("the API server", lambda: self.kubectl("get", "--raw", "/readyz", check=False).returncode == 0,
                 alive=self.processes)
        if self.whole:
            self.kube("controller-manager", f"--kubeconfig={self.kubeconfig('system:kube-controller-manager')}",
                      f"--service-account-private-key-file={self.directory}/service-accounts.key",
                      f"--root-ca-file={self.directory}/certificates/apiserver.crt", "--leader-elect=false",
                      "--use-service-account-credentials=true",
                      f"--cert-dir={self.directory}/certificates", "--bind-address=127.0.0.1")
            self.kube("scheduler", f"--kubeconfig={self.kubeconfig('system:kube-scheduler')}", "--leader-elect=false",
                      f"--cert-dir={self.directory}/certificates", "--bind-address=127.0.0.1")
        return self

    def stop(self):
        for process in reversed(self.processes):
            process.stop()

    def kube(self, part, *arguments):
        return self._run(part, [KUBE, part, *arguments])

    def _run(self, name, arguments):
        self.processes.append(Process(name, arguments, self.directory))
        return self.processes[-1]

    def _write_tokens(self):
        self.tokens = {user: secrets.token_hex(16) for user in USERS}
        rows = [f'{token},{user},{user},"{USERS[user]}"\n' for user, token in self.tokens.items()]
        path = self.directory / "tokens.csv"
        path.touch(mode=0o600)
        path.write_text("".join(rows))

    def kubeconfig(self, user):
        """Path of the file by which `user` finds the API server."""
        path = self.directory / f"{user.replace(':', '-')}.kubeconfig"
        if not path.exists():
            path.write_text(json.dumps({
                "apiVersion": "v1", "kind": "Config", "current-context": "test",
                "clusters": [{"name": "test", "cluster": {
                    "server": f"https://{self.address}:{self.port}",
                    "certificate-authority": f"{self.directory}/certificates/apiserver.crt"}}],
                "users": [{"name": user, "user": {"token": self.tokens[user]}}],
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": user}}]}))
        return path

    def environment(self):
        """With what kubectl and helm ask this cluster, and nothing of the user's own."""
        home = self.directory / "home"
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig("admin")), "HOME": str(home),
                "HELM_CACHE_HOME": f"{home}/helm", "HELM_CONFIG_HOME": f"{home}/helm", "HELM_DATA_HOME": f"{home}/helm"}

    def kubectl(self, *arguments, check=True, **options):
        return run(KUBE, "kubectl", *arguments, check=check, env=self.environment(), **options)

    def helm(self, *arguments, check=True, **options):
        return run(HELM, *arguments, check=check, env=self.environment(), **options)

    def get(self, *arguments):
        """What kubectl get answers, as an object."""
        return json.loads(self.kubectl("get", *arguments, "--output=json").stdout)

    def apply(self, *objects, namespace=None):
        where = ["--namespace", namespace] if namespace else []
        self.kubectl("apply", *where, "--filename=-", input=json.dumps({"apiVersion": "v1", "kind": "List",
                                                                        "items": list(objects)}))

    def restricted_namespace(self, name):
        """A namespace whose pods keep the restricted Pod Security Standard, or are refused."""
        labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
