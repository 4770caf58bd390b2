#!/usr/bin/env python3
"""Makes what is generated of this package: src/probity_client/v1 from the protos (messages,
stubs of gRPC, type stubs, and a class for each service), and the files that it shares with
other clients.

Usage: generate.py. Needs protoc 3.21 and grpc_python_plugin (scripts/packages.txt, group
clients) and protobuf. Output of protoc 3.21 runs on protobuf 4 to 7, that of a later one is
refused by an earlier runtime: another version is refused here.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGE = HERE / "src/probity_client"
DETAILS = ROOT / "clients/proto"
PROTOC = "libprotoc 3.21."
# Attribute of a client for each service.
ATTRIBUTES = {
    "CertificationService": "certifications", "DatasetService": "datasets",
    "PolicyService": "policies", "PortfolioService": "portfolios", "ReviewService": "reviews",
    "RiskService": "risks", "ScreeningService": "screening", "ServerService": "server",
    "SupplierService": "suppliers", "VendorService": "vendors",
}
# Requests whose items carry the ids by which they are known again.
IDS_OF_ITEMS = {"BatchScreenSuppliersRequest"}


def snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def compile_protos(out):
    """Runs protoc into `out`; the descriptors, the service's comments among them."""
    version = subprocess.run(["protoc", "--version"], capture_output=True, text=True, check=True)
    if not version.stdout.startswith(PROTOC):
        sys.exit(f"generate.py: protoc 3.21 is needed, this is {version.stdout.strip()}")
    files = sorted((ROOT / "proto/probity/v1").glob("*.proto")) + [DETAILS / "rpc_status.proto"]
    services = [file for file in files if file.name.endswith("_service.proto")]
    plugin = shutil.which("grpc_python_plugin") or sys.exit("generate.py: no grpc_python_plugin")
    protoc = ["protoc", f"-I{ROOT / 'proto'}", f"-I{DETAILS}"]
    subprocess.run([*protoc, f"--python_out={out}", f"--pyi_out={out}", "--include_source_info",
                    f"--descriptor_set_out={out / 'set'}", *files], check=True)
    subprocess.run([*protoc, f"--plugin=protoc-gen-grpc_python={plugin}",
                    f"--grpc_python_out={out}", *services], check=True)
    return descriptor_pb2.FileDescriptorSet.FromString((out / "set").read_bytes()).file


def rehome(text):
    """The same module inside the package, which claims no top-level name beside its own."""
    text = re.sub(r"^from probity\.v1 import (\w+)", r"from probity_client.v1 import \1", text,
                  flags=re.M)
    return re.sub(r"'(?:probity\.v1\.)?(\w+_pb2)', globals\(\)",
                  r"'probity_client.v1.\1', globals()", text)


def comment(file, path, indent):
    """The comment of a declaration as a docstring."""
    found = [location.leading_comments for location in file.source_code_info.location
             if list(location.path) == path]
    lines = [line.strip() for line in found[0].strip().replace("\\", "").splitlines()]
    body = f"\n{indent}".join(lines).replace(f"{indent}\n", "\n")
    return f'{indent}"""{body}{"" if len(lines) == 1 else chr(10) + indent}"""'


class Services:
    """Writes a class for each service, once for each manner of calling."""

    def __init__(self, files):
        self.messages = {message.name: message for file in files for message in file.message_type}
        self.services = [(file, index, service) for file in files
                         for index, service in enumerate(file.service)]

    def item_field(self, rpc):
        """Of a listing, the field that holds its items, which is declared first."""
        response = self.messages[rpc.output_type.rpartition(".")[2]]
        fields = {field.name for field in response.field}
        if not rpc.name.startswith(("List", "Search")) or "next_page_token" not in fields:
            return None
        repeated = [field for field in response.field
                    if field.label == field.LABEL_REPEATED and field.type == field.TYPE_MESSAGE]
        return repeated[0]

    def ids(self, request):
        if request in IDS_OF_ITEMS:
            return "items"
        return "call" if "request_id" in {f.name for f in self.messages[request].field} else ""

    def method(self, service, rpc):
        request, response = (name.rpartition(".")[2] for name in (rpc.input_type, rpc.output_type))
        item = self.item_field(rpc)
        return (f'{snake(rpc.name).upper()} = Method(\n    "{service.name}", "{rpc.name}", '
                f'v1.{request}, v1.{response},\n    ids="{self.ids(request)}", '
                f'items="{item.name if item else ""}")')

    def function(self, file, path, rpc, manner):
        request, response = (name.rpartition(".")[2] for name in (rpc.input_type, rpc.output_type))
        item, prefix, run = self.item_field(rpc), "", "unary"
        returns = f"v1.{response}"
        if item is not None:
            kind = item.type_name.rpartition(".")[2]
            returns, run = f'{manner.pager}[v1.{response}, v1.{kind}]', "pages"
        elif rpc.server_streaming:
            returns, run = f"{manner.stream}[v1.{response}]", "stream"
        elif manner.is_async:
            prefix = "async "
        done = f"self._calls.{run}(methods.{snake(rpc.name).upper()}, request, timeout, metadata)"
        return (f"    {prefix}def {snake(rpc.name)}(\n            self, request: v1.{request}, *,"
                f" timeout: Optional[float] = None,\n            metadata: Metadata = ()"
                f") -> {returns}:\n{comment(file, path, ' ' * 8)}\n"
                f"        return {'await ' if prefix else ''}{done}\n")

    def class_of(self, entry, manner):
        file, index, service = entry
        parts = [f"class {manner.prefix}{service.name}:\n{comment(file, [6, index], '    ')}\n",
                 f"    def __init__(self, calls: {manner.calls}) -> None:\n"
                 "        self._calls = calls\n"]
        parts += [self.function(file, [6, index, 2, place], rpc, manner)
                  for place, rpc in enumerate(service.method) if not rpc.client_streaming]
        return "\n".join(parts)

    def bundle(self, manner):
        """The base class of a client: its services."""
        lines = [f"class {manner.prefix}Services:", '    """The services of a client."""', "",
                 f"    def __init__(self, calls: {manner.calls}) -> None:"]
        lines += [f"        self.{ATTRIBUTES[service.name]} = {manner.prefix}{service.name}(calls)"
                  for _, _, service in self.services]
        return "\n".join(lines) + "\n"

    def module(self, manner):
        return "\n\n".join([manner.head.rstrip(), *(self.class_of(entry, manner)
                                                    for entry in self.services),
                            self.bundle(manner)])

    def table(self):
        methods = [self.method(service, rpc) for _, _, service in self.services
                   for rpc in service.method]
        names = [f"    {snake(rpc.name).upper()}," for _, _, service in self.services
                 for rpc in service.method]
        return ('"""Every RPC. Generated."""\nfrom .. import v1\nfrom .._method import Method\n\n'
                + "\n".join(methods) + "\n\nALL = (\n" + "\n".join(names) + "\n)\n")


class Manner:
    """How methods of one kind of client are called."""

    def __init__(self, prefix, names, sources):
        self.prefix, self.is_async = prefix, bool(prefix)
        self.calls, self.pager, self.stream = names
        self.head = ('"""A class for each service. Generated: docstrings are the comments of the '
                     'protos."""\nfrom __future__ import annotations\n\nfrom typing import '
                     f'{self.stream}, Optional\n\nfrom .. import v1\nfrom .._method import '
                     f'Metadata\nfrom {sources} import {self.calls}\nfrom .._pages import '
                     f'{self.pager}\nfrom . import methods\n')


def imports_of(out, files):
    """`v1`: every message, enum and value of an enum under its own name."""
    lines = ['"""Messages and enums of the API, as the protos declare them. Generated."""']
    for file in files:
        if not file.name.startswith("probity/v1/"):
            continue
        module = pathlib.Path(file.name).stem + "_pb2"
        names = [message.name for message in file.message_type]
        for enum in file.enum_type:
            names += [enum.name, *(value.name for value in enum.value)]
        lines += [f"from .{module} import {name} as {name}" for name in names]
    (out / "__init__.py").write_text("\n".join(lines) + "\n")


def write_services(out, files):
    services = Services(files)
    (out / "methods.py").write_text(services.table())
    for name, manner in (
            ("services", Manner("", ("Calls", "Pages", "Iterator"), ".._calls")),
            ("async_services", Manner("Async", ("AsyncCalls", "AsyncPages", "AsyncIterator"),
                                      ".._async_calls"))):
        (out / f"{name}.py").write_text(services.module(manner))


def main():
    with tempfile.TemporaryDirectory() as made:
        made = pathlib.Path(made)
        files = compile_protos(made)
        out = made / "v1"
        out.mkdir()
        for path in [*made.glob("probity/v1/*.py*"), *made.glob("rpc_status_pb2.py*")]:
            (out / path.name).write_text(rehome(path.read_text()))
        imports_of(out, files)
        generated = out / "generated"
        generated.mkdir()
        (generated / "__init__.py").write_text('"""The services. Generated."""\n')
        write_services(generated, files)
        for name, source in (("v1", out), ("_generated", generated)):
            shutil.rmtree(PACKAGE / name, ignore_errors=True)
            shutil.copytree(source, PACKAGE / name,
                            ignore=shutil.ignore_patterns("generated") if name == "v1" else None)
    shutil.copyfile(ROOT / "clients/service_config.json", PACKAGE / "service_config.json")
    shutil.copyfile(ROOT / "clients/error_codes.json", PACKAGE / "testing/error_codes.json")
    shutil.copyfile(ROOT / "LICENSE", HERE / "LICENSE")


if __name__ == "__main__":
    main()
