/** Messages of evidence as files hold them: in either form, and with nothing in them that this
 * release does not know. Same rules and words as the server's evidence/forms.h. */
import {
  type DescMessage,
  fromBinary,
  fromJsonString,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Fault } from "./evidence_trust.js";
import { EvidenceFault } from "./generated/v1.js";

/** Reads a file's content. Throws Fault. */
export function parseEitherForm<D extends DescMessage>(
  schema: D,
  file: Uint8Array | string,
): MessageShape<D> {
  const data = Buffer.from(file as string);
  const isJson = /^[ \t\n\v\f\r]*\{/.test(data.toString("latin1"));
  const message = read(schema, data, isJson);
  if (!message || toBinary(schema, message).length === 0) throw unreadable(isJson);
  // protobuf-es reads a field whose wire type was changed as if it had not been.
  const isKnown = !hasUnknownFields(schema, message);
  if (isKnown && !isJson && !data.equals(toBinary(schema, message))) throw unreadable(isJson);
  return message;
}

export function hasUnknownFields<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
): boolean {
  const known = toBinary(schema, message, { writeUnknownFields: false });
  return known.length !== toBinary(schema, message).length;
}

/** Throws Fault. `kind`: what begins its explanation. */
export function checkFormat<D extends DescMessage>(
  schema: D,
  receipt: MessageShape<D> & { format: number },
  known: number,
  kind: string,
): void {
  if (receipt.format === known && !hasUnknownFields(schema, receipt)) return;
  throw new Fault(
    EvidenceFault.UNKNOWN_FORMAT,
    `${kind} has format ${receipt.format} or fields that this release does not know; use a newer one`,
  );
}

function unreadable(isJson: boolean): Fault {
  const form = isJson ? "its JSON cannot be read" : "it is neither the binary form nor JSON";
  return new Fault(EvidenceFault.UNREADABLE, `the file is no receipt, or it is cut: ${form}`);
}

function read<D extends DescMessage>(
  schema: D,
  data: Buffer,
  isJson: boolean,
): MessageShape<D> | undefined {
  try {
    if (!isJson) return fromBinary(schema, data);
    return fromJsonString(schema, new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    return undefined;
  }
}
