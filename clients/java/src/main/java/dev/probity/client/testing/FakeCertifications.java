package dev.probity.client.testing;

import dev.probity.v1.BatchCheckItem;
import dev.probity.v1.BatchCheckItemResult;
import dev.probity.v1.CheckCertificationRequest;
import dev.probity.v1.CheckCertificationResponse;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.SubjectRef;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Checks certificates as the test has set it. */
final class FakeCertifications {
  private final Map<ScreenedSubject, Object> set = new ConcurrentHashMap<>(); // CheckCertificationResponse or FakeError

  void set(SubjectRef holder, Object answer) {
    set.put(Subjects.key(subject(holder)), answer);
  }

  /** Throws what {@link FakeError#exception} is, or that nothing is set. */
  CheckCertificationResponse check(CheckCertificationRequest request) {
    if (answerTo(request) instanceof CheckCertificationResponse answer) {
      return answer;
    }
    throw ((FakeError) answerTo(request)).exception();
  }

  /** One question of a batch: its own error is its answer. */
  BatchCheckItemResult checkItem(BatchCheckItem item) {
    BatchCheckItemResult.Builder result = BatchCheckItemResult.newBuilder().setCorrelationId(item.getCorrelationId());
    if (answerTo(item.getRequest()) instanceof CheckCertificationResponse answer) {
      return result.setResponse(answer).build();
    }
    return result.setError(((FakeError) answerTo(item.getRequest())).item()).build();
  }

  private Object answerTo(CheckCertificationRequest request) {
    ScreenedSubject holder = subject(request.getSubject());
    Object answer = set.get(Subjects.key(holder));
    if (answer == null) {
      throw new NotSetException("the check of certificates of " + Subjects.said(holder),
          "certification(" + Subjects.code(holder) + ", CertificationResult.CERTIFICATION_RESULT_VALID)");
    }
    return answer;
  }

  private static ScreenedSubject subject(SubjectRef holder) {
    return ScreenedSubject.newBuilder().setRef(holder).build();
  }
}
