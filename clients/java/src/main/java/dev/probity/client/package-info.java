/**
 * Asks a Probity server: may we buy this, from this supplier, today?
 *
 * <pre>{@code
 * try (ProbityClient client = ProbityClient.builder("probity.example.org:7443")
 *     .tls(new TlsFiles(Path.of("tls/ca.pem"), Path.of("tls/erp.pem"), Path.of("tls/erp.key"))).build()) {
 *   ScreenSupplierResponse answer = client.screening().screenSupplier(request);
 *   if (Decisions.mayBuy(answer)) ...
 * }
 * }</pre>
 *
 * Messages and enums are those of the protos, in package {@code dev.probity.v1}, whose comments are the
 * reference. Errors of calls are {@link dev.probity.client.ProbityException}; after one nothing may be bought.
 */
package dev.probity.client;
