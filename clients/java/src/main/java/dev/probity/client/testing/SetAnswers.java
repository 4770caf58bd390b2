package dev.probity.client.testing;

import dev.probity.v1.ScreenedSubject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What a test has set of each subject: an answer, or an error in its place. */
final class SetAnswers<A> {
  private final Map<ScreenedSubject, Supplier<A>> set = new ConcurrentHashMap<>();
  private final String question;
  private final String call;

  /**
   * None yet.
   *
   * @param question such as "the screening of"
   * @param call of FakeProbity that sets an answer, as Java, with %s for the subject
   */
  SetAnswers(String question, String call) {
    this.question = question;
    this.call = call;
  }

  void set(ScreenedSubject subject, A answer) {
    set.put(Subjects.key(subject), () -> answer);
  }

  void set(ScreenedSubject subject, FakeError error) {
    set.put(Subjects.key(subject), () -> {
      throw error.exception();
    });
  }

  /** Throws what {@link FakeError#exception} is, or that nothing is set. */
  A of(ScreenedSubject subject) {
    Supplier<A> answer = set.get(Subjects.key(subject));
    if (answer == null) {
      throw new NotSetException(question + " " + Subjects.said(subject), call.formatted(Subjects.code(subject)));
    }
    return answer.get();
  }
}
