package dev.probity.client.testing;

import dev.probity.v1.BatchCheckItem;
import dev.probity.v1.BatchCheckItemResult;
import dev.probity.v1.CheckCertificationRequest;
import dev.probity.v1.CheckCertificationResponse;
import dev.probity.v1.ScreenedSubject;

/** Checks certificates as the test has set it. */
final class FakeCertifications {
  private final SetAnswers<CheckCertificationResponse> answers = new SetAnswers<>("the check of certificates of",
      "certification(%s, CertificationResult.CERTIFICATION_RESULT_VALID)");

  SetAnswers<CheckCertificationResponse> answers() {
    return answers;
  }

  /** Throws what {@link SetAnswers#of} does. */
  CheckCertificationResponse check(CheckCertificationRequest request) {
    return answers.of(ScreenedSubject.newBuilder().setRef(request.getSubject()).build());
  }

  /** One question of a batch: its own error is its answer. */
  BatchCheckItemResult checkItem(BatchCheckItem item) {
    BatchCheckItemResult.Builder result = BatchCheckItemResult.newBuilder().setCorrelationId(item.getCorrelationId());
    try {
      return result.setResponse(check(item.getRequest())).build();
    } catch (FakeError.Thrown failed) {
      return result.setError(failed.item()).build();
    }
  }
}
