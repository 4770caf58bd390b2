package dev.probity.client.testing;

/** Something was asked that the test has not set. */
final class NotSetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Says what was asked, and what would answer it.
   *
   * @param question such as "ScreeningService/ScreenSupplier about GB-COH 01234567"
   * @param call of FakeProbity, as Java
   */
  NotSetException(String question, String call) {
    super("FakeProbity has no answer to " + question + "; set it before it is asked: " + call);
  }
}
