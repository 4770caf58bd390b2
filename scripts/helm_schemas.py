#!/usr/bin/env python3
"""Makes JSON schemas for kubeconform, strict ones, out of what API servers are built from.

    helm_schemas.py DIRECTORY kubernetes SWAGGER.json      kinds of Kubernetes
    helm_schemas.py DIRECTORY crds FILE.yaml...            kinds of others, by their definitions

The files are named as kubeconform's template {{.Group}}-{{.ResourceKind}}-{{.ResourceAPIVersion}} does.
Exit status: 0 written; 1 nothing of that form is in there.
"""
import json
import pathlib
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
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return INT_OR_STRING
    made = {key: strict(value) for key, value in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and not is_open:
        made["additionalProperties"] = False
    return made


def write(directory, group, kind, version, schema):
    name = f"{group}-{kind}-{version}.json".lower()
    (directory / name).write_text(json.dumps(schema), encoding="utf-8")


def kubernetes(directory, swagger):
    """One file of all definitions, and one a kind that refers to it."""
    definitions = {name: LOOSE.get(name) or strict(schema)
                   for name, schema in swagger["definitions"].items()}
    shared = "definitions.json"
    (directory / shared).write_text(json.dumps({"definitions": definitions}), encoding="utf-8")
    kinds = 0
    for name, schema in swagger["definitions"].items():
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            # Options of deletion and the like belong to every group; nobody writes them.
            if len(schema["x-kubernetes-group-version-kind"]) > 1:
                continue
            write(directory, kind["group"], kind["kind"], kind["version"],
                  {"$ref": f"{shared}#/definitions/{name}"})
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
