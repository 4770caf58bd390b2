/**
 * A Probity for the tests of your own code: no server, no network beyond this machine, and the
 * answers that a test sets.
 *
 *     const probity = await FakeProbity.start();
 *     probity.onScreening(byVendor("SAP-PRD", "000018"), block("M-BAR"));
 *     const client = new Client(probity.address);
 *     ... your code, with this client ...
 *     client.close();
 *     await probity.stop();
 *
 * Your code uses the client that it uses in production; it asks a gRPC server in this process. A
 * question that no answer was set for fails: where it is asked, and once more at stop(), so that
 * code which catches errors does not hide it.
 */
export {
  block,
  certification,
  clear,
  type ErrorOptions,
  error,
  type FindingOptions,
  review,
  unavailable,
  type ValidityOptions,
} from "./answers.js";
export {
  type Answer,
  type Call,
  FakeProbity,
  type ScreeningAnswer,
  type StreamingMethod,
  type Subject,
  type UnaryMethod,
} from "./fake.js";
