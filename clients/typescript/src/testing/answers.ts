/** Answers to give to a FakeProbity. Each is a message or an error that a test may also make by
 * itself. */
import { create } from "@bufbuild/protobuf";
import { type Day, fromDay } from "../dates.js";
import type { FieldViolation } from "../error_details.js";
import { Code, DOMAIN, errorOf, type ProbityError } from "../errors.js";
import { ERROR_CODES } from "../generated/error_codes.js";
import {
  CertificationResult,
  type CheckCertificationResponse,
  CheckCertificationResponseSchema,
  type DecisionCore,
  DecisionCoreSchema,
  EvidenceState,
  IdentityState,
  ReviewReason,
  RiskState,
  RuleEffect,
  Verdict,
} from "../generated/v1.js";

export interface ValidityOptions {
  /** Last day on which it stands. By default it has no end, and mayBuy() of a kept decision
   * refuses it. */
  validUntil?: Day;
}

export interface FindingOptions extends ValidityOptions {
  /** The law of the rule that fired. */
  legalBasis?: string;
  /** What the rule says. */
  title?: string;
}

/** Nothing adverse. */
export function clear(options: ValidityOptions = {}): DecisionCore {
  return core(Verdict.CLEAR, RiskState.NONE_FOUND, options);
}

/** A person must look. `reasons`: names of ReviewReason, as "ALLEGATION"; `rule`: the one that
 * fired. */
export function review(
  reasons: readonly (keyof typeof ReviewReason)[] = [],
  { rule = "", ...options }: FindingOptions & { rule?: string } = {},
): DecisionCore {
  const made = core(Verdict.REVIEW, RiskState.FACTS_TO_WEIGH, options);
  made.reasons = reasons.map((name) => numberOf(ReviewReason, "ReviewReason", name));
  if (rule) made.findings = findings(RuleEffect.REVIEW, rule, options);
  return made;
}

/** Hold: `rule` fired. `freeze`: it forbids to make funds available. */
export function block(
  rule: string,
  {
    freeze = false,
    hearingRequired = false,
    ...options
  }: FindingOptions & { freeze?: boolean; hearingRequired?: boolean } = {},
): DecisionCore {
  const made = core(Verdict.BLOCK, RiskState.BINDING_GROUND, options);
  made.findings = findings(RuleEffect.BLOCK, rule, options);
  for (const finding of made.findings) Object.assign(finding, { freeze, hearingRequired });
  return Object.assign(made, { weighsFreezes: freeze, hearingRequired });
}

/** `result`: name of a CertificationResult, as "VALID" or "EXPIRED"; `detail`: why, for people,
 * where it is not VALID. */
export function certification(
  result: keyof typeof CertificationResult,
  { detail = "", validUntil }: ValidityOptions & { detail?: string } = {},
): CheckCertificationResponse {
  const value = numberOf(CertificationResult, "CertificationResult", result);
  const isValid = value === CertificationResult.VALID;
  return create(CheckCertificationResponseSchema, {
    result: value,
    causes: isValid ? [] : [{ result: value, detail }],
    ...(validUntil === undefined ? {} : { validUntil: fromDay(validUntil) }),
  });
}

export interface ErrorOptions {
  message?: string;
  /** The gRPC code. By default the one that the reason has; needed without a reason, for a reason
   * that is newer than this client, and for one that no call fails with. */
  code?: Code;
  /** What the reason's comment in error_reason.proto names. */
  metadata?: Readonly<Record<string, string>>;
  fieldViolations?: readonly FieldViolation[];
  /** Seconds; the client itself waits so long and asks again, as it does of a server. */
  retryAfter?: number;
}

/** An error as the client will throw it. `reason`: name of an ErrorReason, as "QUOTA_EXCEEDED";
 * docs/ERRORS.md has all. */
export function error(
  reason = "",
  { message = "the test set this error", code = codeOf(reason), ...told }: ErrorOptions = {},
): ProbityError {
  return errorOf(code, message, { reason, domain: reason && DOMAIN, ...told });
}

/** As if nobody listened at the address. What is asked again on its own, is; FakeProbity then gives
 * the answer that was set behind this one. */
export function unavailable(): ProbityError {
  return error("", { code: Code.UNAVAILABLE, message: "connect ECONNREFUSED" });
}

function core(verdict: Verdict, risk: RiskState, { validUntil }: ValidityOptions): DecisionCore {
  return create(DecisionCoreSchema, {
    verdict,
    risk,
    identity: IdentityState.CONFIRMED,
    evidence: EvidenceState.COMPLETE,
    ...(validUntil === undefined ? {} : { validUntil: fromDay(validUntil) }),
  });
}

function findings(effect: RuleEffect, rule: string, options: FindingOptions) {
  const { legalBasis = "", title = "" } = options;
  const finding = { ruleId: rule, legalBasis, title, subject: "subject" };
  const effects = { ruleEffect: effect, effect, purchaseEffect: effect };
  return create(DecisionCoreSchema, { findings: [{ ...finding, ...effects }] }).findings;
}

/** For who writes JavaScript: types tell it others. */
function numberOf<E extends Record<string, string | number>>(
  known: E,
  kind: string,
  name: string,
): number {
  const value = known[name];
  if (typeof value === "number") return value;
  const names = Object.keys(known).filter((each) => Number.isNaN(Number(each)));
  throw new RangeError(`"${name}" is no ${kind}; there are ${names.join(", ")}`);
}

const CODES = new Map<string, Code>(
  Object.entries(ERROR_CODES).flatMap(([code, reasons]) =>
    reasons.map((reason): [string, Code] => [reason, Code[code as keyof typeof ERROR_CODES]]),
  ),
);

function codeOf(reason: string): Code {
  const code = CODES.get(reason);
  if (code !== undefined) return code;
  throw new RangeError(
    reason
      ? `"${reason}" is no reason that a call fails with; give its \`code\` if it is one that is ` +
          "newer than this client, or of one row of a load"
      : "error() needs a reason or a code",
  );
}
