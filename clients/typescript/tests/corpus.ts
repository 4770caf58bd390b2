/** Runs a case of tests/corpus, whose README.md says what cases are and how answers are compared. */
import { readdirSync, readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

const FOLDER = new URL("../../../tests/corpus/", import.meta.url);

export interface Step {
  method: string;
  token?: string;
  request?: JsonValue;
  requests?: JsonValue[];
  expect?: JsonValue;
  responses?: JsonValue[];
  error?: JsonObject;
  save?: Record<string, string>;
}

export interface Case extends Step {
  name: string;
  steps?: Step[];
}

/** All that a call gave. */
export interface Answer {
  responses: JsonValue[];
  /** Absent: it succeeded. */
  error?: JsonObject;
}

/** Of all files, with their names. */
export function cases(): [name: string, one: Case][] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const read: { cases: Case[] } = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
    return read.cases.map((one): [string, Case] => [`${file}: ${one.name}`, one]);
  });
}

/** Differences of the first step that has any. */
export async function run(one: Case, ask: (step: Step) => Promise<Answer>): Promise<string[]> {
  const saved = new Map<string, string>();
  for (const given of one.steps ?? [one]) {
    const step = filled(given as unknown as JsonValue, saved) as unknown as Step;
    const answer = await ask(step);
    const found = compare(step, answer);
    if (found.length > 0) return found;
    for (const [name, path] of Object.entries(step.save ?? {})) {
      saved.set(name, textAt(answer.responses[0], path));
    }
  }
  return [];
}

function compare(step: Step, { responses, error }: Answer): string[] {
  const found = step.error
    ? differences(step.error, error, "error")
    : error
      ? [`failed: ${JSON.stringify(error)}`]
      : [];
  if (step.responses) found.push(...differences(step.responses, responses, "responses"));
  if (step.expect !== undefined) found.push(...differences([step.expect], responses));
  return found;
}

/** What is not as expected; `answer` undefined: absent. */
export function differences(
  expected: JsonValue,
  answer: JsonValue | undefined,
  path = "",
): string[] {
  if (Array.isArray(expected)) {
    const items = Array.isArray(answer) ? answer : [];
    if (items.length !== expected.length) {
      return [`${path}: ${expected.length} expected, not ${items.length}: ${text(answer)}`];
    }
    return expected.flatMap((one, i) => differences(one, items[i], `${path}[${i}]`));
  }
  if (isObject(expected)) {
    if (answer !== undefined && !isObject(answer)) {
      return [`${path}: an object expected, not ${text(answer)}`];
    }
    return Object.entries(expected).flatMap(([name, value]) =>
      differences(value, answer?.[name], `${path}.${name}`),
    );
  }
  const isDefault = answer === undefined && (!expected || expected === "0");
  if (isDefault || expected === answer) return [];
  return [`${path}: ${text(expected)} expected, not ${text(answer)}`];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: JsonValue | undefined): string {
  return JSON.stringify(value ?? null);
}

/** With what earlier steps saved in the place of ${name}. */
function filled(value: JsonValue, saved: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === "string") {
    return value.replace(/\$\{(\w+)\}/g, (place, name) => saved.get(name) ?? place);
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, saved));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, saved)]));
}

function textAt(answer: JsonValue | undefined, path: string): string {
  let at: unknown = answer;
  for (const part of path.split(".")) at = (at as Record<string, unknown>)[part];
  if (typeof at !== "string") throw new Error(`no text at ${path} of ${text(answer)}`);
  return at;
}
