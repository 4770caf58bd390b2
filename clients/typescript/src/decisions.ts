/**
 * What a verdict means for a purchase. Everything here fails closed: only a CLEAR that this client
 * knows lets a purchase through; an error, an absent answer and a verdict that is newer than this
 * client never do.
 */
import { isMessage } from "@bufbuild/protobuf";
import { type Day, isDay, toDay } from "./dates.js";
import {
  BatchScreenItemResultSchema,
  type DecisionCore,
  DecisionCoreSchema,
  DecisionSchema,
  GetDecisionResponseSchema,
  ScreenSupplierResponseSchema,
  StreamScreenSuppliersResponseSchema,
  Verdict,
} from "./generated/v1.js";

const NEXT = new Map<Verdict, string>([
  [Verdict.CLEAR, "Nothing adverse in the sources named."],
  [Verdict.REVIEW, "A person must look before this goes on."],
  [Verdict.BLOCK, "Hold: a binding ground is in force."],
]);

/** The decision in an answer of ScreeningService; undefined where there is none. A replay and the
 * watch record nothing, and are none of the answers that a purchase may rest on. */
function coreOf(answer: unknown): DecisionCore | undefined {
  if (isMessage(answer, DecisionCoreSchema)) return answer;
  if (isMessage(answer, DecisionSchema)) return coreOf(answer.core);
  if (isMessage(answer, ScreenSupplierResponseSchema)) return coreOf(answer.decision);
  if (isMessage(answer, GetDecisionResponseSchema)) return coreOf(answer.decision);
  if (isMessage(answer, BatchScreenItemResultSchema)) return coreOf(answer.answer.value);
  if (isMessage(answer, StreamScreenSuppliersResponseSchema)) return coreOf(answer.message.value);
  return undefined;
}

/**
 * Whether the purchase may go on. `answer`: of screenSupplier, an item of a batch or stream, a
 * Decision or its core; anything else, an item's error too, is no.
 *
 * With `on`, also whether a decision that was kept still stands on that day ("2026-11-27"): not
 * before the day that it was made for, and not behind `validUntil`. RangeError for what is no day.
 */
export function mayBuy(answer: unknown, on?: Day): boolean {
  if (on !== undefined && !isDay(on)) throw new RangeError(`"${on}" is no day as "2026-11-27"`);
  const core = coreOf(answer);
  if (core?.verdict !== Verdict.CLEAR) return false;
  return on === undefined || standsOn(core, on);
}

/** A CLEAR without an end is none that this client understands. */
function standsOn(core: DecisionCore, day: Day): boolean {
  const first = toDay(core.asOf);
  const last = toDay(core.validUntil);
  return first !== undefined && last !== undefined && first <= day && day <= last;
}

/** "CLEAR", "REVIEW", "BLOCK"; "NONE" without a decision; a verdict that is newer than this client
 * by its number, as "UNKNOWN(7)". */
export function verdictName(answer: unknown): string {
  const verdict = coreOf(answer)?.verdict;
  if (!verdict) return "NONE";
  return Verdict[verdict] ?? `UNKNOWN(${verdict})`;
}

/** Why, in some lines of English for a message on a screen: the verdict, each rule that fired with
 * its law, what was not checked though required. The whole document in the user's language is
 * printDecision's. */
export function explain(answer: unknown): string {
  const core = coreOf(answer);
  if (!core) return "NONE: there is no decision; nothing may be bought on this.";
  const told =
    NEXT.get(core.verdict) ??
    "This client does not know the verdict: treat it as a hold, and update the client.";
  const findings = core.findings.map(({ ruleId, legalBasis, subject }) => {
    const law = legalBasis && ` (${legalBasis})`;
    return `- ${ruleId}${law}${subject && `, about ${subject}`}`;
  });
  const missing = core.notChecked
    .filter(({ required }) => required)
    .map(({ input }) => `- not checked: ${input}`);
  const until = toDay(core.validUntil);
  const end = until ? [`Stands until ${until} if nothing new is learnt.`] : [];
  return [`${verdictName(answer)}: ${told}`, ...findings, ...missing, ...end].join("\n");
}
