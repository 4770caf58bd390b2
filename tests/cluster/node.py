"""The machine that scripts/cluster.sh made, and the node that runs on it: containerd, kubelet, kube-proxy and CoreDNS.

Everything here is in namespaces of mounts, network and processes that end with the first process, the tests."""
import hashlib
import io
import json
import os
import pathlib
import ssl
import tarfile
import time

from control_plane import SERVICES, ControlPlane
from processes import run, wait_for

ADDRESS = "10.97.0.1"
PODS = "10.98.0.0/24"
NODE = "node"
STORAGE_CLASS = "local"
SOCKET = "/run/containerd/containerd.sock"
PAUSE_IMAGE = "localhost/pause:1"


def timing(what, seconds, remark=""):
    print(f"TIMING {what}: {seconds:.1f} s{remark and ', ' + remark}", flush=True)


def prepare_machine(directory):
    """Directories and addresses of its own; whatever is mounted or set here nobody else sees."""
    if os.getpid() != 1:
        raise RuntimeError("not in namespaces of its own: run it by scripts/cluster.sh")
    run("mount", "--make-rshared", "/")
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    for path in ("/var/lib", "/var/log"):
        own = directory / path.replace("/", "-").strip("-")
        own.mkdir()
        run("mount", "--bind", own, path)
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "name", NODE, "type", "veth", "peer", "name", f"{NODE}-end")
    run("ip", "address", "add", f"{ADDRESS}/24", "dev", NODE)
    for link in (NODE, f"{NODE}-end"):
        run("ip", "link", "set", link, "up")
    # Addresses of services are on no link; kube-proxy turns them into those of pods on the way out.
    run("ip", "route", "add", "default", "dev", NODE)
    pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    # Names of services as pods know them.
    names = directory / "names.conf"
    names.write_text(f"nameserver {ADDRESS}\nsearch cluster.local\noptions ndots:5\n")
    resolver = pathlib.Path("/etc/resolv.conf").resolve()
    resolver.parent.mkdir(parents=True, exist_ok=True)  # where it leads into /run
    resolver.touch()
    run("mount", "--bind", names, resolver)


def pause_image(path):
    """An archive of the image that holds a pod's namespaces, made of one static program."""
    def add(archive, name, data, mode=0o644):
        row = tarfile.TarInfo(name)
        row.size, row.mode = len(data), mode
        archive.addfile(row, io.BytesIO(data))

    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        add(archive, "pause", pathlib.Path(os.environ["PROBITY_PAUSE"]).read_bytes(), 0o755)
    layer = layer.getvalue()
    config = {"architecture": os.uname().machine.replace("x86_64", "amd64").replace("aarch64", "arm64"), "os": "linux",
              "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
              "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}}
    with tarfile.open(path, "w") as archive:
        add(archive, "layer.tar", layer)
        add(archive, "config.json", json.dumps(config).encode())
        add(archive, "manifest.json", json.dumps([{"Config": "config.json", "RepoTags": [PAUSE_IMAGE],
                                                   "Layers": ["layer.tar"]}]).encode())
    return path


class Cluster(ControlPlane):
    """Kubernetes with a node, whose volumes are directories of the machine."""

    def __init__(self, directory):
        super().__init__(directory, ADDRESS, whole=True)

    def start(self):
        begun = time.monotonic()
        prepare_machine(self.directory)
        self._start_containerd()
        super().start()
        self.apply({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "kubernetes.io/no-provisioner",
                    "metadata": {"name": STORAGE_CLASS,
                                 "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
                    "volumeBindingMode": "WaitForFirstConsumer"})
        self._start_kubelet()
        self.kube("proxy", f"--kubeconfig={self.kubeconfig('system:kube-proxy')}", "--proxy-mode=nftables",
                  f"--hostname-override={NODE}", f"--cluster-cidr={PODS}", "--conntrack-max-per-core=0")
        corefile = self.directory / "Corefile"
        corefile.write_text(f".:53 {{\n  errors\n  kubernetes cluster.local {{\n    kubeconfig {self.kubeconfig('dns')}\n  }}\n}}\n")
        self.kube("dns", "-conf", corefile)
        wait_for("the node", self._is_ready, alive=self.processes)
        timing("node ready", time.monotonic() - begun)
        return self

    def _is_ready(self):
        nodes = self.get("nodes")["items"]
        return nodes and any(row["type"] == "Ready" and row["status"] == "True"
                             for row in nodes[0]["status"]["conditions"])

    def _start_containerd(self):
        networks = self.directory / "networks"
        networks.mkdir()
        (networks / "pods.conflist").write_text(json.dumps({
            "cniVersion": "0.4.0", "name": "pods", "plugins": [
                {"type": "ptp", "ipam": {"type": "host-local", "subnet": PODS, "routes": [{"dst": "0.0.0.0/0"}]}}]}))
        config = self.directory / "containerd.toml"
        config.write_text(f"""version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
address = "{SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
path = "/var/lib/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{PAUSE_IMAGE}"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{networks}"
""")
        self._run("containerd", ["containerd", "--config", config])
        wait_for("containerd", lambda: self.ctr("version", check=False).returncode == 0, alive=self.processes)
        self.ctr("images", "import", pause_image(self.directory / "pause.tar"))

    def import_image(self, archive):
        self.ctr("images", "import", archive)

    def volume(self, namespace, claim, size, path=None):
        """A directory of the node for that claim, as an administrator of volumes makes it."""
        path = path or self.directory / "volumes" / f"{namespace}-{claim}-{time.monotonic_ns()}"
        path.mkdir(parents=True, exist_ok=True)
        self.apply({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": path.name.lower()}, "spec": {
            "capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "storageClassName": STORAGE_CLASS,
            "claimRef": {"namespace": namespace, "name": claim}, "local": {"path": str(path)},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                {"key": "kubernetes.io/hostname", "operator": "In", "values": [NODE]}]}]}}}})
        return path

    def run_job(self, namespace, cron_job, name):
        """Runs a CronJob once, now, under that name; waits until it has done its work."""
        self.kubectl("--namespace", namespace, "create", "job", f"--from=cronjob/{cron_job}", name)
        self.kubectl("--namespace", namespace, "wait", "--for=condition=complete", "--timeout=2m", "job", name)

    def certificate_of(self, namespace, service, port):
        """The certificate that callers of a service are shown, in PEM."""
        address = self.get("service", service, "--namespace", namespace)["spec"]["clusterIP"]
        return ssl.get_server_certificate((address, port))

    def ctr(self, *arguments, **options):
        return run("ctr", "--address", SOCKET, "--namespace", "k8s.io", *arguments, **options)

    def _start_kubelet(self):
        (self.directory / "resolv.conf").touch()
        config = self.directory / "kubelet.json"
        config.write_text(json.dumps({
            "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
            "address": ADDRESS, "clusterDNS": [ADDRESS], "clusterDomain": "cluster.local",
            "resolvConf": f"{self.directory}/resolv.conf",
            # Only pods and tests reach it.
            "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
            "authorization": {"mode": "AlwaysAllow"},
            "containerRuntimeEndpoint": f"unix://{SOCKET}",
            "cgroupDriver": "cgroupfs", "cgroupRoot": f"/{self.directory.name}", "enforceNodeAllocatable": [],
            "failCgroupV1": False, "failSwapOn": False,
            # The kernel's settings and marks against the OOM killer may be out of reach.
            "featureGates": {"KubeletInUserNamespace": True},
            "makeIPTablesUtilChains": False,
            "volumePluginDir": f"{self.directory}/plugins",
            # Disks of those who test are full; nothing is to be evicted for that.
            "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
            "imageGCHighThresholdPercent": 100,
            # How soon renewed Secrets arrive in a pod: a minute by default.
            "syncFrequency": "10s"}))
        self.kube("kubelet", f"--config={config}", f"--kubeconfig={self.kubeconfig('system:node:node')}",
                  f"--hostname-override={NODE}", f"--node-ip={ADDRESS}", "--root-dir=/var/lib/kubelet",
                  f"--cert-dir={self.directory}/certificates")
