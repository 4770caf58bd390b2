/**
 * A Probity for the tests of code that asks one; in an artifact of its own, classifier {@code testing}.
 *
 * <pre>{@code
 * try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
 *   probity.screening(Requests.byVendor("SAP-PRD", "000017"), FakeDecisions.block("DEBAR-1"));
 *   assertEquals("held", new Ordering(client).release("PO-4711", "000017"));
 * }
 * }</pre>
 */
package dev.probity.client.testing;
