/** What a test set: answers by question, given one after the other. Knows nothing of gRPC. */
import { isMessage } from "@bufbuild/protobuf";
import { ProbityError } from "../errors.js";
import { type ScreenedSubject, ScreenedSubjectSchema, type SubjectRef } from "../generated/v1.js";

/** A question without an answer. The message says what to set. */
export class Unset extends Error {}

/** An error that the test set. `more`: another answer follows it. */
export class Failed extends Error {
  constructor(
    readonly error: ProbityError,
    readonly more: boolean,
  ) {
    super(error.message);
  }
}

/** `more`: another one follows. */
export interface Given {
  readonly answer: unknown;
  readonly more: boolean;
}

const SHOWN = 8;

export class Book {
  /** By method, then by whom it is asked about, as a test writes it. */
  private readonly answers = new Map<string, Map<string, unknown[]>>();

  set(method: string, about: string, answers: readonly unknown[]): void {
    if (answers.length === 0) throw new TypeError(`no answer to ${method} is given`);
    const ofMethod = this.answers.get(method) ?? new Map<string, unknown[]>();
    this.answers.set(method, ofMethod.set(about, [...answers]));
  }

  /** The next one; the last one stays. undefined: nothing was set. */
  take(method: string, about: string): Given | undefined {
    const answers = this.answers.get(method)?.get(about);
    if (!answers) return undefined;
    const more = answers.length > 1;
    return { answer: more ? answers.shift() : answers[0], more };
  }

  /** About whom it was set, else what holds for everybody else (""). Throws Unset, which names
   * `setter`. */
  takeAbout(method: string, about: string, setter: string): Given {
    const given = this.take(method, about) ?? this.take(method, "");
    if (given) return given;
    const known = [...(this.answers.get(method)?.keys() ?? [])];
    const shown = known.slice(0, SHOWN).join(", ") + (known.length > SHOWN ? ", ..." : "");
    throw new Unset(
      `no answer is set to ${method} about ${about}; set it by fake.${setter}(${about}, ...) ` +
        `(${shown ? `set are ${shown}` : "none is"})`,
    );
  }
}

/** What an answer comes to. Throws Failed for an error of the test, given or thrown. */
export async function resolve({ answer, more }: Given, request: unknown): Promise<unknown> {
  try {
    const resolved = typeof answer === "function" ? await answer(request) : answer;
    if (resolved instanceof ProbityError) throw resolved;
    return resolved;
  } catch (fault) {
    throw fault instanceof ProbityError ? new Failed(fault, more) : fault;
  }
}

/** A subject as a test writes it. Its name counts only where there is no reference. */
export function spelt(subject: ScreenedSubject | SubjectRef | undefined): string {
  const isScreened = isMessage(subject, ScreenedSubjectSchema);
  const ref = isScreened ? subject.ref?.ref : (subject as SubjectRef | undefined)?.ref;
  if (ref?.case === "identifier")
    return `byIdentifier("${ref.value.scheme}", "${ref.value.value}")`;
  if (ref?.case === "vendor") {
    const { system, number, companyCode } = ref.value;
    const more = companyCode && `, { companyCode: "${companyCode}" }`;
    return `byVendor("${system}", "${number}"${more})`;
  }
  if (ref?.case) {
    const value = `{ case: "${ref.case}", value: "${ref.value}" }`;
    return `create(v1.SubjectRefSchema, { ref: ${value} })`;
  }
  return `create(v1.ScreenedSubjectSchema, { name: "${isScreened ? subject.name : ""}" })`;
}
