/** Ways to say who is asked about, shorter than the messages themselves. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  BatchScreenItemSchema,
  type ScreenedSubject,
  ScreenedSubjectSchema,
  type VendorNumber,
  VendorNumberSchema,
} from "./generated/v1.js";

/** By a register's number: byIdentifier("GB-COH", "04830352"). `scheme` is a code of org-id.guide
 * or one of Probity's own (Identifier.scheme). With a name, both are compared. */
export function byIdentifier(scheme: string, value: string, name = ""): ScreenedSubject {
  const ref = { ref: { case: "identifier", value: { scheme, value } } } as const;
  return create(ScreenedSubjectSchema, { ref, name });
}

/** By a vendor number that was registered before (Client.registerVendors). Leading zeros count:
 * give it as text. */
export function byVendor(
  system: string,
  number: string,
  more: { companyCode?: string; name?: string } = {},
): ScreenedSubject {
  const value = vendorNumber(system, number, more.companyCode);
  return create(ScreenedSubjectSchema, {
    ref: { ref: { case: "vendor", value } },
    name: more.name ?? "",
  });
}

export function vendorNumber(system: string, number: string, companyCode = ""): VendorNumber {
  if (typeof number !== "string") {
    throw new TypeError("a vendor number is text: as a number it loses its leading zeros");
  }
  return create(VendorNumberSchema, { system, number, companyCode });
}

/** Items of a stream or batch that ask by vendor number; the number is the correlation id. */
export async function* vendorItems(
  system: string,
  numbers: Iterable<string> | AsyncIterable<string>,
  companyCode = "",
): AsyncGenerator<MessageInitShape<typeof BatchScreenItemSchema>, void, undefined> {
  for await (const number of numbers) {
    const subject = byVendor(system, number, { companyCode });
    yield create(BatchScreenItemSchema, { correlationId: number, request: { subject } });
  }
}
