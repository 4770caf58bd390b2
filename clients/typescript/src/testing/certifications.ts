/** Answers of the methods that check certifications: by subject, or by a certificate's number. */
import { create, isMessage } from "@bufbuild/protobuf";
import {
  type BatchCheckCertificationsRequest,
  BatchCheckCertificationsResponseSchema,
  type BatchCheckItem,
  type BatchCheckItemResult,
  BatchCheckItemResultSchema,
  type CheckCertificationRequest,
  CheckCertificationRequestSchema,
  type CheckCertificationResponse,
  CheckCertificationResponseSchema,
} from "../generated/v1.js";
import { type Book, Failed, resolve, spelt } from "./book.js";
import { itemErrorOf } from "./wire.js";

export const CHECK = "CertificationService/CheckCertification";

export class Certifications {
  constructor(private readonly book: Book) {}

  /** Throws Unset and Failed. */
  async one(request: CheckCertificationRequest): Promise<CheckCertificationResponse> {
    const { subject, certificateNo } = request;
    const about = subject ? spelt(subject) : JSON.stringify(certificateNo);
    const given = this.book.takeAbout(CHECK, about, "onCertification");
    const answer = await resolve(given, request);
    if (isMessage(answer, CheckCertificationResponseSchema)) return answer;
    throw new TypeError(`an answer to ${CHECK} is a CheckCertificationResponse or an error(...)`);
  }

  async batch({ items }: BatchCheckCertificationsRequest) {
    const results: BatchCheckItemResult[] = [];
    for (const item of items) results.push(await this.item(item));
    return create(BatchCheckCertificationsResponseSchema, { results });
  }

  private async item({
    correlationId,
    request = create(CheckCertificationRequestSchema),
  }: BatchCheckItem): Promise<BatchCheckItemResult> {
    try {
      const answer = { case: "response", value: await this.one(request) } as const;
      return create(BatchCheckItemResultSchema, { correlationId, answer });
    } catch (fault) {
      if (!(fault instanceof Failed)) throw fault;
      const answer = { case: "error", value: itemErrorOf(fault.error) } as const;
      return create(BatchCheckItemResultSchema, { correlationId, answer });
    }
  }
}
