/** What a server tells of deprecated fields and methods that a call used. */
import type { Metadata } from "@grpc/grpc-js";

/** Initial metadata, or trailing ones of an error: full names, joined by ", ". */
export const HEADER = "probity-deprecated";

const told = new Set<string>();

/** Warns of each name once a process. */
export function tellDeprecated(metadata: Metadata | undefined): void {
  for (const value of metadata?.get(HEADER) ?? []) {
    for (const name of String(value).split(", ")) tell(name);
  }
}

function tell(name: string): void {
  if (told.has(name)) return;
  told.add(name);
  process.emitWarning(
    `Probity: ${name} is deprecated; its comment in the protos says since when and what takes its ` +
      "place",
    { type: "DeprecationWarning", code: "PROBITY_DEPRECATED" },
  );
}
