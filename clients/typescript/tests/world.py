#!/usr/bin/env python3
"""A real probityd for tests in another language: a register, a firm that is barred and a policy.
Programs come from $PROBITY_BUILD, as in tests/integration, whose helpers are used.

Usage: world.py mtls | token. Prints one line of JSON: address, directory, files of the caller.
Then one answer, a line of JSON, for each command on standard input, until it ends:
  restart          the server, on the same port
  pause, go_on     the server, as if its machine were slow
  log_key          file of the log's public key
  verify FILE KEY  exit code and words of `probity decision verify`
  old NAME         a certificate of that name that has ended
  rogue            folder of another authority and its certificate "erp"
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration"))

import decisions  # noqa: E402
import harness  # noqa: E402
import identity_test  # noqa: E402

SPIFFE = "spiffe://example.org/"
ALL_ROLES = ("ROLE_SCREENER", "ROLE_STEWARD", "ROLE_POLICY_EDITOR", "ROLE_AUDITOR",
             "ROLE_OPERATOR")
TOKEN = "token-of-the-purchasing-system"


def binding(name, roles, more=""):
    return (f'bindings {{ principals: "{SPIFFE}{name}" {more} '
            + " ".join(f"roles: {role}" for role in roles) + " }\n")


class MtlsWorld(identity_test.TlsTest, decisions.DecisionTest):
    """The caller "erp" may do everything, "reader" reads, "poor" has a small budget."""

    def start(self, port=0, options=None):
        if self.server is not None:  # Again, with the same certificates.
            harness.ServerTest.start(self, port, ("--config", str(self.config)))
            return
        access = self.file("access.textproto",
                           binding("erp", ALL_ROLES, 'datasets: "*"')
                           + binding("reader", ["ROLE_READER"])
                           + binding("poor", ["ROLE_SCREENER"]))
        self.settings = (f'access_file: "{access}"\ncaller_burst_seconds: 1\n'
                         f'caller_quotas {{ principal: "{SPIFFE}poor" units_per_second: 10 }}\n')
        super().start(port, options)
        self.config = self.directory / "p.textproto"
        for name in ("reader", "poor"):
            self.made.issue(name, f"URI:{SPIFFE}{name}", "clientAuth")

    def command(self, *arguments):
        return super().command("--ca", self.made.path("ca.pem"), "--cert",
                               self.made.path("erp.pem"), "--key", self.made.path("erp.key"),
                               *arguments)

    def told(self):
        return {"tls": str(self.made.directory)}

    def old(self, name):
        self.made.issue(name, f"URI:{SPIFFE}erp", "clientAuth")
        identity_test.openssl(
            "x509", "-req", "-in", self.made.path("csr"), "-CA", self.made.path("ca.pem"),
            "-CAkey", self.made.path("ca.key"), "-days", "-1", "-extfile", self.made.path("ext"),
            "-out", self.made.path(f"{name}.pem"))

    def rogue(self):
        made = identity_test.Certificates(self.directory / "rogue")
        made.issue("erp", f"URI:{SPIFFE}erp", "clientAuth")
        return str(made.directory)


class TokenWorld(decisions.DecisionTest):
    """Whoever has the token may do everything."""

    def start(self, port=0, options=None):
        tokens = self.file("tokens", f"{TOKEN} erp authorities/ministry\n")
        super().start(port, ("--token_file", str(tokens)))
        self.file("erp.token", TOKEN + "\n")

    def command(self, *arguments):
        return super().command("--token_file", self.directory / "erp.token", *arguments)

    def told(self):
        return {"tokenFile": str(self.directory / "erp.token")}


def do(world, command, *arguments):
    if command == "log_key":
        return str(world.keys())
    if command == "verify":
        answer = world.offline("--json", "decision", "verify", arguments[0], "--key", arguments[1])
        return {"code": answer.code, "said": answer.out + answer.err}
    owner = world.server if command in ("pause", "go_on") else world
    return getattr(owner, command)(*arguments)


def main():
    world = {"mtls": MtlsWorld, "token": TokenWorld}[sys.argv[1]]()
    try:
        world.setUp()
        print(json.dumps({"address": world.server.address, "directory": str(world.directory),
                          **world.told()}), flush=True)
        for line in sys.stdin:
            print(json.dumps(do(world, *line.split())), flush=True)
    finally:
        world.doCleanups()


if __name__ == "__main__":
    main()
