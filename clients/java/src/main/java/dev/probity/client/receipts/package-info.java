/**
 * Verifies receipts without a server: of decisions {@link dev.probity.client.receipts.Receipts}, of acts of administration
 * {@link dev.probity.client.receipts.ActReceipts}.
 */
package dev.probity.client.receipts;
