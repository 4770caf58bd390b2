"""Checks helm/probity/values.schema.json against the protos of the settings: each field of
ServerConfig is a value or made by the chart, with the range that its comment names, and so are those of
JwtIssuer, TimestampAuthority, CallerQuota and Binding; the roles are those of the proto.
Usage: check_chart_settings.py [ROOT]
"""
import json
import pathlib
import re
import sys

# Made by the chart from other values, or not for a cluster (tokens without an end, an installation of one's own).
MADE = {"data_dir", "listen", "token_file", "tables_dir", "evidence_key_file", "evidence_dir", "backup_dir",
        "access_file", "tls", "allow_insecure", "insecure", "memory_limit_mib", "metrics_listen",
        "health_listen"}
# Message -> definition of the schema.
MESSAGES = {"ServerConfig": "settings", "JwtIssuer": "issuer", "Binding": "binding"}
NESTED = {"TimestampAuthority": "timestamp_authority", "CallerQuota": "caller_quotas"}
FIELD = re.compile(r"((?:^  //[^\n]*\n)*)^  (?:repeated |optional )?([\w.]+) (\w+) = \d+;", re.M)
RANGE = re.compile(r"range ([\d,]+) to ([\d,]+)")


def fields(proto, message):
    """Field -> (type, comment) of one message."""
    body = re.search(rf"^message {message} \{{\n(.*?)^\}}", proto, re.M | re.S).group(1)
    return {name: (kind, comment) for comment, kind, name in FIELD.findall(body)}


def number(text):
    return int(text.replace(",", ""))


def compare(message, asked, schema, made=frozenset()):
    """Faults between the fields of a message and the properties of an object."""
    known = schema["properties"]
    faults = [f"{message}.{name} is neither a value nor made by the chart"
              for name in sorted(asked.keys() - known.keys() - made)]
    faults += [f"{message} has no field {name}" for name in sorted(known.keys() - asked.keys())]
    faults += [f"{message}.{name} is made by the chart and a value, too" for name in sorted(known.keys() & made)]
    for name in sorted(known.keys() & asked.keys()):
        kind, comment = asked[name]
        limits = RANGE.search(" ".join(comment.replace("//", " ").split()))
        if kind == "uint32" and limits:
            wanted = (number(limits.group(1)), number(limits.group(2)))
            if (known[name].get("minimum"), known[name].get("maximum")) != wanted:
                faults.append(f"{message}.{name} is {wanted[0]} to {wanted[1]} by the proto")
    return faults


def check(root):
    root = pathlib.Path(root)
    schema = json.loads((root / "helm/probity/values.schema.json").read_text(encoding="utf-8"))["definitions"]
    protos = root / "proto/probity/config/v1"
    proto = "".join((protos / name).read_text(encoding="utf-8")
                    for name in ("server_config.proto", "access_config.proto"))
    faults, total = [], 0
    for message, name in MESSAGES.items():
        asked = fields(proto, message)
        total += len(asked)
        faults += compare(message, asked, schema[name], MADE if message == "ServerConfig" else set())
    for message, name in NESTED.items():
        nested = schema["settings"]["properties"][name]
        asked = fields(proto, message)
        total += len(asked)
        faults += compare(message, asked, nested.get("items", nested))
    roles = set(re.findall(r"^  (ROLE_\w+) = [1-9]", proto, re.M))
    named = set(schema["binding"]["properties"]["roles"]["items"]["enum"])
    return faults + [f"the role {name} is in one of proto and schema" for name in sorted(roles ^ named)], total


if __name__ == "__main__":
    found, total = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(found) if found else f"helm/probity/values.schema.json: {total} of {total} fields")
    sys.exit(1 if found or total == 0 else 0)
