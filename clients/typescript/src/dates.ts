/** Days of the API and of JavaScript, whose Date is an instant: a day is text, which sorts. */
import { create } from "@bufbuild/protobuf";
import { DateSchema, type Date as ProbityDate } from "./generated/v1.js";

/** "2026-11-27". */
export type Day = string;

/** Whether the calendar has it. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** undefined for a day that is known by year or month alone, or not at all. */
export function toDay(date: ProbityDate | undefined): Day | undefined {
  if (!date?.year || !date.month || !date.day) return undefined;
  const text = (part: number, width: number): string => String(part).padStart(width, "0");
  return `${text(date.year, 4)}-${text(date.month, 2)}-${text(date.day, 2)}`;
}

/** RangeError for what is no day. */
export function fromDay(day: Day): ProbityDate {
  if (!isDay(day)) throw new RangeError(`"${day}" is no day as "2026-11-27"`);
  const [year, month, date] = day.split("-").map(Number);
  return create(DateSchema, { year: year ?? 0, month: month ?? 0, day: date ?? 0 });
}
