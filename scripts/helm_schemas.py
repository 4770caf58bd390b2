#!/usr/bin/env python3
"""Makes JSON schemas for kubeconform, strict ones, out of what API servers are built from.

    helm_schemas.py DIRECTORY kubernetes SWAGGER.json      kinds of Kubernetes
    helm_schemas.py DIRECTORY crds FILE.yaml...            kinds of others, by their definitions

The files are named as kubeconform's template {{.Group}}-{{.ResourceKind}}-{{.ResourceAPIVersion}} does.
Exit status: 0 written; 1 nothing of that form is in there.
"""
import json
import pathlib
import re
import sys

import yaml

INT_OR_STRING = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
# In the swagger file these are strings, though numbers are taken too.
LOOSE = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"oneOf": [{"type": "string"}, {"type": "number"}]},
}


def strict(schema):
    """The same, refusing what is not named. Maps, and objects of any content, stay open."""
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return INT_OR_STRING
    made = dict(schema)
    for key in schema.keys() & {"items", "additionalProperties", "not"}:
        made[key] = strict(schema[key])
    for key in schema.keys() & {"allOf", "anyOf", "oneOf"}:
        made[key] = [strict(part) for part in schema[key]]
    if "properties" in schema:
        made["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            made.setdefault("additionalProperties", False)
    return made


def reachable(definitions, name):
    """The definitions that one of them refers to, itself included."""
    found, left = {}, [name]
    while left:
        one = left.pop()
        if one not in found:
            found[one] = definitions[one]
            left += re.findall(r'"#/definitions/([^"]+)"', json.dumps(definitions[one]))
    return found


def write(directory, group, kind, version, schema):
    name = f"{group or version}-{kind}-{version}.json".lower()
    (directory / name).write_text(json.dumps(schema), encoding="utf-8")


def kubernetes(directory, swagger):
    definitions = {name: LOOSE.get(name) or strict(schema)
                   for name, schema in swagger["definitions"].items()}
    kinds = 0
    for name, schema in swagger["definitions"].items():
        known = schema.get("x-kubernetes-group-version-kind", [])
        # Options of deletion and the like belong to every group; nobody writes them.
        if len(known) == 1:
            write(directory, known[0]["group"], known[0]["kind"], known[0]["version"],
                  {"$ref": f"#/definitions/{name}", "definitions": reachable(definitions, name)})
            kinds += 1
    return kinds


def crds(directory, documents):
    kinds = 0
    for document in documents:
        spec = (document or {}).get("spec", {})
        for version in spec.get("versions", []):
            schema = strict(version["schema"]["openAPIV3Schema"])
            write(directory, spec["group"], spec["names"]["kind"], version["name"], schema)
            kinds += 1
    return kinds


def main(arguments):
    if len(arguments) < 3 or arguments[1] not in ("kubernetes", "crds"):
        print(__doc__, file=sys.stderr)
        return 2
    directory, files = pathlib.Path(arguments[0]), arguments[2:]
    directory.mkdir(parents=True, exist_ok=True)
    if arguments[1] == "kubernetes":
        kinds = kubernetes(directory, json.loads(pathlib.Path(files[0]).read_text(encoding="utf-8")))
    else:
        texts = [pathlib.Path(file).read_text(encoding="utf-8") for file in files]
        kinds = crds(directory, [part for text in texts for part in yaml.safe_load_all(text)])
    print(f"{directory}: {kinds} kinds", file=sys.stderr)
    return 0 if kinds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
