"""Runs the examples of docs/INTEGRATING.md as they stand there, in their order, against a
sandbox and a gateway that the guide's own commands start.

What a block of ```python, ```go, ```js, ```java, ```cpp or ```console prints must be what stands
in the block of ```text behind it, or behind the command; ids of decisions differ. With
UPDATE_DOCS=1 what they print is written there instead. ```cmake builds the ```cpp behind it.
Names of ```csharp must be those that protoc generates.

Environment: GUIDE_LANGUAGES (words of python go js java cpp console csharp), PROBITYD, PROBITY
and GATEWAY (commands), GUIDE_PYTHON (an interpreter that has the client)."""
import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/INTEGRATING.md"
SERVER, GATEWAY = "127.0.0.1:7443", "127.0.0.1:8443"  # as the guide names them
BLOCK = re.compile(r"```(\w+)\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.S)
VOLATILE = re.compile(r"decisions/[0-9a-f]{8,}")
PATIENCE = 300  # seconds; a sanitizer build on a busy machine is slow


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class World:
    """Programs on the PATH that talk on ports of this run, and a folder to work in."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        self.server, self.gateway = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.install("probityd", "PROBITYD", f'"$@" --listen {self.server}')
        self.install("probity", "PROBITY", f'--server {self.server} "$@"')
        self.install("probity-gateway", "GATEWAY",
                     f'"$@" --server {self.server} --listen {self.gateway}')
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "GRPC_VERBOSITY": "NONE"}

    def install(self, name, variable, arguments):
        script = self.programs / name
        script.write_text(f"#!/bin/sh\nexec {os.environ[variable]} {arguments}\n")
        script.chmod(0o755)

    def local(self, text):
        return text.replace(SERVER, self.server).replace(GATEWAY, self.gateway)

    def run(self, *words, cwd=None):
        done = subprocess.run(words, cwd=cwd or self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{shlex.join(words)[:3000]}\nended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def start(self, line):
        """A line "PROGRAM ... &", until it says where it listens."""
        log = self.folder / f"log-{len(self.started)}"
        with log.open("w") as out:
            program = subprocess.Popen(["bash", "-c", "exec " + line.rstrip(" &")], stdout=out,
                                       stderr=out, cwd=self.folder, env=self.environment)
        self.started.append(program)
        end = time.monotonic() + PATIENCE
        while " listens on " not in log.read_text():
            if program.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{line}\ndoes not listen:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)

    def stop(self):
        for program in reversed(self.started):
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                program.kill()


def run_python(world, text):
    return world.run(os.environ["GUIDE_PYTHON"], "-c", world.local(text))


def run_go(world, text):
    """Compiled in the client's module, whose packages it imports."""
    source, program = world.folder / "main.go", world.folder / "program"
    source.write_text(world.local(text))
    world.run(str(ROOT / "scripts/go.sh"), "build", "-o", str(program), str(source),
              cwd=ROOT / "clients/go")
    return world.run(str(program))


def run_js(world, text):
    """In a folder where node finds the client by its name."""
    modules = world.folder / "node_modules"
    modules.mkdir(exist_ok=True)
    link = modules / "probity-client"
    if not link.exists():
        link.symlink_to(ROOT / "clients/typescript")
    example = world.folder / "example.mjs"
    example.write_text(world.local(text))
    return world.run("node", "--no-deprecation", str(example))


def run_java(world, text):
    """As a program in one file, with the class path that the client's build has left."""
    example = world.folder / "Order.java"
    example.write_text(world.local(text))
    classes = (ROOT / "clients/java/target/classpath").read_text().strip()
    return world.run("java", "-cp", classes, str(example))


def run_cpp(world, text):
    """In a project that finds the installed package, by the CMakeLists.txt that stands before."""
    build = world.folder / "build"
    (world.folder / "order.cc").write_text(world.local(text))
    world.run("cmake", "-S", ".", "-B", str(build),
              f"-DCMAKE_PREFIX_PATH={ROOT / 'build/clients-cpp/installed'}")
    world.run("cmake", "--build", str(build))
    return world.run(str(build / "order"))


def check_csharp(world, text):
    """Nothing runs C# here: each type, value and member that is used must be generated."""
    protos = sorted((ROOT / "proto/probity/v1").glob("*.proto"))
    made = world.folder / "csharp"
    made.mkdir()
    world.run("protoc", "-I", str(ROOT / "proto"), f"--csharp_out={made}", *map(str, protos))
    generated = "\n".join(file.read_text() for file in made.glob("*.cs"))
    assert "namespace Probity.V1 " in generated and "using Probity.V1;" in text
    types = set(re.findall(r"new (\w+) \{", text))
    members = set(re.findall(r"[{,]\s*(\w+) = ", text))
    values = set(re.findall(r"\b(Purpose|CommodityScheme|Verdict)\.(\w+)", text))
    assert len(types) > 6 and len(members) > 10 and len(values) > 3, "the example was not read"
    lost = [name for name in types if f"class {name} :" not in generated]
    lost += [name for name in members if not re.search(rf"public \S+ {name} \{{", generated)]
    lost += [f"{enum}.{value}" for enum, value in values
             if not re.search(rf"public enum {enum} \{{[^}}]*\b{value} = \d", generated)]
    if lost:
        raise SystemExit(f"docs/INTEGRATING.md, C#: protoc generates no {', '.join(lost)}")


def commands_of(block):
    """[as shown, command, as printed] of "$ " and further "> " lines and what follows them."""
    found = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append([line, line[2:], ""])
        elif line.startswith("> "):
            found[-1][0] += line
            found[-1][1] += line[2:]
        else:
            found[-1][2] += line
    return found


class Guide:
    """The text, and what is to be written in its place."""

    def __init__(self, world, languages):
        self.world, self.languages = world, languages
        self.ran, self.faults = {}, []
        self.runners = {"python": run_python, "go": run_go, "js": run_js, "java": run_java,
                        "cpp": run_cpp}

    def compare(self, shown, expected, printed):
        printed = self.world_free(printed)
        if VOLATILE.sub("", expected) == VOLATILE.sub("", printed):
            return expected
        self.faults.append(f"{shown}\nprinted\n{printed}\nand the guide says\n{expected}")
        return printed

    def world_free(self, text):
        return text.replace(self.world.server, SERVER).replace(self.world.gateway, GATEWAY)

    def block(self, found):
        language, text, expected = found.groups()
        if language == "cmake":
            (self.world.folder / "CMakeLists.txt").write_text(text)
        if language not in self.languages and language != "sh":
            return found.group(0)
        self.ran[language] = self.ran.get(language, 0) + 1
        if language == "sh":
            for line in text.splitlines():
                self.world.start(line)
        elif language == "csharp":
            check_csharp(self.world, text)
        elif language == "console":
            written = "".join(shown + self.compare(shown, printed, self.world.run(
                "bash", "-o", "pipefail", "-ec", self.world.local(command)))
                for shown, command, printed in commands_of(text))
            return f"```console\n{written}```"
        elif language in self.runners:
            if expected is None:
                self.faults.append(f"this prints what the guide does not say:\n{text}")
                return found.group(0)
            printed = self.compare(text, expected, self.runners[language](self.world, text))
            return f"```{language}\n{text}```\n\n```text\n{printed}```"
        return found.group(0)


def main():
    languages = os.environ["GUIDE_LANGUAGES"].split()
    text = GUIDE.read_text()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="probity-guide-"))
    world = World(folder)
    guide = Guide(world, languages)
    try:
        with contextlib.ExitStack() as last:
            last.callback(shutil.rmtree, folder)
            last.callback(world.stop)
            written = BLOCK.sub(guide.block, text)
    finally:
        print("ran", ", ".join(f"{count} {name}" for name, count in guide.ran.items()))
    if os.environ.get("UPDATE_DOCS"):
        GUIDE.write_text(written)
    elif guide.faults:
        sys.exit("\n\n".join(guide.faults))
    lost = [name for name in languages if name not in guide.ran]
    if lost:
        sys.exit(f"docs/INTEGRATING.md has no example in {', '.join(lost)}")


if __name__ == "__main__":
    main()
