#!/usr/bin/env node
// Makes what is generated of this package: src/generated (messages, enums and descriptors of the
// services from the protos, by protoc and protoc-gen-es; the service config and the codes of errors
// as modules; the version), and the licence. Usage: generate.mjs. Needs protoc and `npm ci`.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(here, "src/generated");
const api = join(root, "proto/probity/v1");
const details = join(root, "clients/proto");

const protos = readdirSync(api)
  .filter((name) => name.endsWith(".proto"))
  .sort();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
execFileSync(
  "protoc",
  [
    `-I${join(root, "proto")}`,
    `-I${details}`,
    `--plugin=${join(here, "node_modules/.bin/protoc-gen-es")}`,
    `--es_out=${out}`,
    "--es_opt=target=ts,import_extension=js",
    ...protos.map((name) => join(api, name)),
    join(details, "rpc_status.proto"),
  ],
  { stdio: "inherit" },
);

const modules = protos.map((name) => `./probity/v1/${name.replace(".proto", "_pb.js")}`);
writeFileSync(join(out, "v1.ts"), modules.map((name) => `export * from "${name}";\n`).join(""));
const config = readFileSync(join(root, "clients/service_config.json"), "utf8");
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
writeFileSync(
  join(out, "service_config.ts"),
  `// clients/service_config.json.\nexport const SERVICE_CONFIG: unknown = ${config.trim()};\n` +
    `export const VERSION = "${version}";\n`,
);
const codes = readFileSync(join(root, "clients/error_codes.json"), "utf8");
writeFileSync(
  join(out, "error_codes.ts"),
  `// clients/error_codes.json.\nexport const ERROR_CODES = ${codes.trim()} as const;\n`,
);
copyFileSync(join(root, "LICENSE"), join(here, "LICENSE"));
