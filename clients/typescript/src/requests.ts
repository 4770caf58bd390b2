/** Requests as callers give them, made into messages. */
import { randomUUID } from "node:crypto";
import {
  clone,
  create,
  type DescMessage,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";

/** Requests whose items carry the ids by which they are known again. */
const IDS_OF_ITEMS = "probity.v1.BatchScreenSuppliersRequest";

interface Identified extends Message {
  requestId: string;
}

/** TypeError for a field that the message does not have: left out silently, a misspelt purchase
 * would be decided as another one. */
export function toMessage<D extends DescMessage>(
  schema: D,
  given: MessageInitShape<D>,
): MessageShape<D> {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${schema.name}: an object is needed, not ${String(given)}`);
  }
  if (isMessage(given) && given.$typeName !== schema.typeName) {
    throw new TypeError(`a ${schema.typeName} is needed, not a ${given.$typeName}`);
  }
  checkNames(schema, given, schema.name);
  return create(schema, given);
}

function checkNames(schema: DescMessage, given: object, path: string): void {
  if (isMessage(given)) return; // TypeScript or create() saw it before.
  const known = new Map(schema.members.map((member) => [member.localName, member]));
  for (const [name, value] of Object.entries(given)) {
    const member = known.get(name);
    if (!member) {
      if (name === "$typeName" || name === "$unknown") continue;
      const group = schema.field[name]?.oneof?.localName;
      const instead = group ? `; give ${group}: { case: "${name}", value: ... }` : "";
      throw new TypeError(`${path} has no field "${name}"${instead}`);
    }
    if (member.kind === "field") {
      if (member.fieldKind === "map") continue; // Its names are the caller's.
      if (member.scalar === ScalarType.STRING) checkText(value, `${path}.${name}`);
      checkValue(member.message, value, `${path}.${name}`);
    } else if (typeof value?.case === "string") {
      const chosen = member.fields.find((field) => field.localName === value.case);
      if (!chosen) throw new TypeError(`${path}.${name} has no case "${value.case}"`);
      checkValue(chosen.message, value.value, `${path}.${name}`);
    }
  }
}

/** As a number, an identifier has lost its leading zeros. */
function checkText(value: unknown, path: string): void {
  for (const each of Array.isArray(value) ? value : [value]) {
    if (each !== undefined && typeof each !== "string") {
      throw new TypeError(`${path} is text, not a ${typeof each}`);
    }
  }
}

function checkValue(schema: DescMessage | undefined, value: unknown, path: string): void {
  if (!schema || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((each, index) => {
      checkValue(schema, each, `${path}[${index}]`);
    });
  } else checkNames(schema, value, path);
}

/** The request with an id wherever it lacks one, so that it can be sent again and is done once. A
 * copy, where something was added: the same object sent twice by the caller is two requests, and
 * never answered with what the first one found. */
export function withIds<D extends DescMessage>(
  schema: D,
  request: MessageShape<D>,
): MessageShape<D> {
  if (lacking(schema, request).length === 0) return request;
  const copy = clone(schema, request);
  for (const each of lacking(schema, copy)) each.requestId = randomUUID();
  return copy;
}

function lacking(schema: DescMessage, request: Message): Identified[] {
  const carriers = carriersOf(schema, request) as Identified[];
  return carriers.filter((each) => each.requestId === "");
}

function carriersOf(schema: DescMessage, request: Message): unknown[] {
  if (schema.typeName === IDS_OF_ITEMS) {
    const { items } = request as unknown as { items: { request?: Message }[] };
    return items.flatMap((item) => item.request ?? []);
  }
  return "requestId" in schema.field ? [request] : [];
}

/** "" where the request carries none. */
export function requestIdOf(request: Message): string {
  return (request as Partial<Identified>).requestId ?? "";
}
