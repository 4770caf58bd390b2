"""The release that the tests look at: installed once, word for word as docs/DEPLOYING.md says it."""
import datetime
import functools
import json
import os
import pathlib
import re
import tarfile
import time

import yaml

from node import Cluster, timing
from processes import PATIENCE, run, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/probity"
IMAGES = pathlib.Path(os.environ.get("PROBITY_IMAGES", ROOT / "build/image"))
DIRECTORY = pathlib.Path(os.environ.get("PROBITY_CLUSTER", "/nowhere"))
NAMESPACE = "supply"
WEAVER = "XI-LEI:9999INVENTED00000198"
SERVER = "probity.supply.svc:7443"


def section(title):
    """(language, text) of each block of code in one section of docs/DEPLOYING.md."""
    text = (ROOT / "docs/DEPLOYING.md").read_text()
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    if not found:
        raise AssertionError(f"docs/DEPLOYING.md has no section {title!r}")
    return re.findall(r"^```(\w+)\n(.*?)^```", found[1], re.S | re.M)


def unpack(archive, directory):
    """The files of an image."""
    blobs = directory / "oci"
    with tarfile.open(archive) as packed:
        packed.extractall(blobs)

    def blob(descriptor):
        return blobs.joinpath("blobs", *descriptor["digest"].split(":"))
    index = json.loads((blobs / "index.json").read_text())
    for layer in json.loads(blob(index["manifests"][0]).read_text())["layers"]:
        with tarfile.open(blob(layer)) as packed:
            packed.extractall(directory / "root")
    return directory / "root"


class Desk:
    """Where the person of the guide sits: a folder with the chart and data, and kubectl, helm, probity at hand."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.directory = cluster.directory / "desk"
        (self.directory / "bin").mkdir(parents=True)
        for name in ("helm", "data"):
            (self.directory / name).symlink_to(ROOT / name)
        image = unpack(IMAGES / "probity.oci.tar", cluster.directory / "image")
        loader = next(image.glob("usr/lib64/ld-linux-*.so.*"), None) or next(image.glob("usr/lib/ld-linux-*.so.*"))
        libraries = ":".join(str(path) for path in image.glob("usr/lib/*-linux-gnu"))
        self._program("kubectl", f'{os.environ["PROBITY_KUBE"]} kubectl')
        self._program("helm", os.environ["PROBITY_HELM"])
        # That of the image, by the image's own libraries.
        self._program("probity", f"{loader} --library-path {libraries} {image}/usr/bin/probity")

    def _program(self, name, command):
        path = self.directory / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        path.chmod(0o755)

    def environment(self, person="ann", server=SERVER):
        tls = self.directory / "tls"
        return {**self.cluster.environment(), "PATH": f"{self.directory}/bin:{os.environ['PATH']}", "COLUMNS": "120",
                "PROBITY_SERVER": server, "PROBITY_CA": f"{tls}/ca.crt", "PROBITY_CERT": f"{tls}/{person}.crt",
                "PROBITY_KEY": f"{tls}/{person}.key"}

    def shell(self, script, check=True, **options):
        return run("bash", "-euo", "pipefail", "-c", script, check=check, cwd=self.directory,
                   env=self.environment(), **options)

    def follow(self, title, values):
        """Runs a section of docs/DEPLOYING.md that installs, and tells what it printed; its one YAML block becomes the
        file of values."""
        script = []
        for language, text in section(title):
            if language == "yaml":
                values.write_text(text)
            else:
                script.append(text)
        script = "\n".join(script)
        for command in ("helm install", "helm test", "probity import"):
            if command not in script:
                raise AssertionError(f"docs/DEPLOYING.md does not say {command!r} any more")
        # What the guide forwards ends with its shell.
        return self.shell(f"trap 'kill $(jobs -p) || true' EXIT\n{script}", seconds=900).stdout

    def probity(self, *arguments, check=True, person="ann", **options):
        return run(self.directory / "bin/probity", *arguments, check=check, cwd=self.directory,
                   env=self.environment(person), **options)


class Release:
    """`probity` in `supply`, and what is asked of it."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.desk = Desk(cluster)
        self.values = self.desk.directory / "values.yaml"
        self.output = ""
        self.data = None  # directory of the node that is the server's volume

    def install(self):
        """Runs the section for the impatient; its one YAML block is values.yaml."""
        self.data = self.cluster.volume(NAMESPACE, "probity-data", "20Gi")
        self.cluster.volume(NAMESPACE, "probity-backup", "40Gi")
        begun = time.monotonic()
        self.output = self.desk.follow("Ten minutes, with your own certificates", self.values)
        timing("docs/DEPLOYING.md from an empty cluster to the first check", time.monotonic() - begun)

    def upgrade(self, *arguments, check=True):
        return self.cluster.helm("upgrade", "probity", CHART, "--namespace", NAMESPACE, "--values", self.values, *arguments,
                                 check=check)

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl("--namespace", NAMESPACE, *arguments, **options)

    def pod(self):
        """The server's pod, or nothing."""
        pods = self.cluster.get("pods", "--namespace", NAMESPACE, "--selector=app.kubernetes.io/component=server,"
                                "app.kubernetes.io/instance=probity")["items"]
        return pods[0] if pods else None

    def wait_ready(self, other_than=None, seconds=PATIENCE):
        """The pod, once it is ready and not the one of that uid."""
        def ready():
            pod = self.pod()
            return pod if pod and pod["metadata"]["uid"] != other_than and is_ready(pod) else None
        try:
            return wait_for("a ready pod", ready, seconds)
        except AssertionError as fault:
            raise AssertionError(f"{fault}\n{self.kubectl('describe', 'pods').stdout}") from fault

    def check(self):
        """The first check of the guide, as its caller reads it."""
        return self.desk.probity("check-cert", "--subject", WEAVER, "--scheme", "SA8000", "--site",
                                 "datasets/demo-register/records/F-01", "--hs", "5208", "--on", "2026-11-24").stdout


def seconds_to_ready(pod):
    """From its start on the node; Kubernetes tells whole seconds."""
    ready = next(row for row in pod["status"]["conditions"] if row["type"] == "Ready")
    begin, end = (datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
                  for text in (pod["status"]["startTime"], ready["lastTransitionTime"]))
    return (end - begin).total_seconds()


def is_ready(pod):
    return any(row["type"] == "Ready" and row["status"] == "True" for row in pod["status"].get("conditions", []))


@functools.cache
def _started():
    """The release, or the fault: a machine is not started twice."""
    try:
        cluster = Cluster(DIRECTORY).start()
        for name in ("probity", "probity-gateway"):
            cluster.import_image(IMAGES / f"{name}.oci.tar")
        one = Release(cluster)
        one.install()
        return one, None
    except Exception as fault:
        return None, fault


def release():
    """The release, installed at the first call. It ends with the machine."""
    one, fault = _started()
    if fault:
        raise AssertionError("there is no release to test") from fault
    return one
