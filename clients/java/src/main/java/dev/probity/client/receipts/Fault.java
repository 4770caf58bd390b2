package dev.probity.client.receipts;

import dev.probity.v1.EvidenceFault;

/** What is wrong with a receipt: the kind, and the same in one English sentence as the message. */
final class Fault extends Exception {
  private static final long serialVersionUID = 1;

  private final EvidenceFault kind;

  Fault(EvidenceFault kind, String explanation) {
    super(explanation);
    this.kind = kind;
  }

  EvidenceFault kind() {
    return kind;
  }
}
