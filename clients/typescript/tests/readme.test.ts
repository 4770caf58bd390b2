/** Every example of README.md, run with the packed tarball in a project of its own against a real
 * server, and its types checked there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { World } from "./world.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const EXAMPLES = [...README.matchAll(/```js\n(.*?)```/gs)].map(([, text]) => text ?? "");
/** Examples are JavaScript, whose types are checked all the same. */
const JS = { allowJs: true, checkJs: true };
const LINES = 10; // From nothing to the first check.

const project = mkdtempSync(join(tmpdir(), "probity-project-"));
let world: World;

function run(program: string, ...words: string[]): string {
  return execFileSync(program, words, { cwd: project, encoding: "utf8", timeout: 300_000 });
}

before(async () => {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", project], {
    cwd: ROOT,
    encoding: "utf8",
  });
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  run("npm", "install", ...quiet, `./${packed.trim()}`);
  world = await World.start("mtls");
  cpSync(world.told.tls ?? "", join(project, "tls"), { recursive: true });
});

after(async () => {
  await world?.stop();
  rmSync(project, { recursive: true });
});

function said(example: string): string {
  assert.match(example, /probity\.example\.org:7443|FakeProbity\.start\(\)/);
  const text = example.replaceAll("probity.example.org:7443", world.address);
  writeFileSync(join(project, "example.js"), text);
  return run(process.execPath, "--no-deprecation", "example.js");
}

describe("README", () => {
  it("shows a first check that is short, and refuses", () => {
    const [first = ""] = EXAMPLES;
    assert.ok(first.trim().split("\n").length <= LINES);
    const printed = said(first);
    assert.match(printed, /^BLOCK/);
    assert.match(printed, /stop\n$/);
  });

  it("has examples that print what it says", async () => {
    writeFileSync(join(project, "log.pub"), await world.logKey());
    assert.ok(EXAMPLES.length > 2);
    for (const example of EXAMPLES.slice(1)) {
      const printed = said(example);
      const expected = [...example.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line]) => line ?? "");
      assert.ok(expected.length > 0, example);
      for (const line of expected) assert.ok(printed.includes(line), `${line}\n${printed}`);
    }
  });

  it("has examples whose types fit, with the package's own", () => {
    const folder = join(project, "types");
    mkdirSync(folder);
    EXAMPLES.forEach((example, i) => {
      writeFileSync(join(folder, `example${i}.js`), example);
    });
    const types = join(ROOT, "node_modules/@types");
    const options = { module: "NodeNext", target: "ES2022", strict: true, noEmit: true, ...JS };
    const compilerOptions = { ...options, typeRoots: [types], types: ["node"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    run(process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder);
  });
});
