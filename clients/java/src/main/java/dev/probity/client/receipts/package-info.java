/** Verifies receipts of decisions without a server; see {@link dev.probity.client.receipts.Receipts}. */
package dev.probity.client.receipts;
