package dev.probity.client;

import static dev.probity.client.FakeServer.reason;
import static dev.probity.client.FakeServer.refusal;
import static dev.probity.client.FakeServer.retryIn;
import static dev.probity.client.FakeServer.serve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamTest {
  private static final StreamScreenSettings NONE = StreamScreenSettings.getDefaultInstance();

  private FakeServer fake;
  private ProbityClient client;
  private FakeRunLog log;

  @BeforeEach
  void begin() throws Exception {
    fake = serve();
    client = fake.client();
    log = new FakeRunLog();
    fake.stream = log::open;
  }

  @AfterEach
  void end() throws Exception {
    client.close();
    fake.close();
  }

  private static List<String> ids(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(number -> "v" + number).toList();
  }

  private static Iterable<BatchScreenItem> items(int first, int count) {
    return Requests.vendorItems("S", ids(first, count));
  }

  /** The answers' ids. */
  private static List<String> screened(ScreeningStream stream) {
    List<String> found = new ArrayList<>();
    stream.forEach(answer -> {
      assertTrue(Decisions.mayBuy(answer));
      found.add(answer.getResult().getCorrelationId());
    });
    return found;
  }

  @Test
  void eachItemIsAnsweredInOrder() {
    for (int count : new int[] {0, 1, FakeRunLog.EVERY, 3000}) {
      for (int window : new int[] {1, 64, 1024}) {
        assertEquals(ids(0, count), screened(client.screenStream(NONE, items(0, count)).window(window)));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> client.screenStream(NONE, items(0, 1)).window(0));
  }

  @Test
  void aStreamGoesOnWhereItWasCut() {
    log.cuts.addAll(List.of(3, 17, 17, 500));
    StreamScreenSettings settings = StreamScreenSettings.newBuilder().setPolicy("policies/a").build();
    ScreeningStream stream = client.screenStream(settings, items(0, 1000)).window(64);
    assertEquals(ids(0, 1000), screened(stream));
    assertEquals(List.of("", "0", "10", "10", "500"),
        log.openings.stream().map(StreamScreenSettings::getResumeToken).toList());
    assertEquals(1, log.openings.stream().map(StreamScreenSettings::getStreamId).distinct().count());
    assertFalse(log.openings.get(0).getStreamId().isEmpty());
    assertTrue(log.openings.stream().allMatch(opening -> opening.getPolicy().equals("policies/a")));
    assertEquals("run", stream.opened().orElseThrow().getStreamId());
  }

  @Test
  void aRunIsTakenUpByAnotherProcess() {
    ScreeningStream first = client.screenStream(NONE, items(0, 100));
    try (first) {
      for (StreamScreenSuppliersResponse answer : first) {
        if (answer.getPosition() == 57) {
          break;
        }
      }
    }
    assertEquals(50, first.resumePosition());
    assertEquals("50", first.resumeToken());
    ScreeningStream rest = client.screenStream(
        StreamScreenSettings.newBuilder().setResumeToken(first.resumeToken()).build(), items(50, 50));
    assertEquals(ids(50, 50), screened(rest));
    assertEquals(100, rest.resumePosition());
    assertTrue(assertThrows(IllegalStateException.class, rest::iterator).getMessage().contains("once"));
  }

  @Test
  void aStreamWaitsOutABudgetIdlenessAndALostConnection() {
    log.cuts.addAll(List.of(5, 15, 25));
    log.ends.add(refusal(Status.Code.RESOURCE_EXHAUSTED, "budget", reason("QUOTA_EXCEEDED"), retryIn(200)));
    log.ends.add(refusal(Status.Code.DEADLINE_EXCEEDED, "idle", reason("STREAM_IDLE")));
    log.ends.add(refusal(Status.Code.INTERNAL, "Encountered end-of-stream mid-frame"));
    long begun = System.nanoTime();
    assertEquals(ids(0, 30), screened(client.screenStream(NONE, items(0, 30))));
    assertTrue(System.nanoTime() - begun >= 200_000_000L);
  }

  @Test
  void anErrorThatStaysIsGivenAndTheTokenKept() {
    log.cuts.add(25);
    log.ends.add(refusal(Status.Code.FAILED_PRECONDITION, "gone", reason("REVISION_EXPIRED")));
    ScreeningStream stream = client.screenStream(NONE, items(0, 100));
    ProbityException failed = assertThrows(ProbityException.class, () -> screened(stream));
    assertEquals("REVISION_EXPIRED", failed.getReason());
    assertEquals("ScreeningService/StreamScreenSuppliers", failed.getMethod());
    assertEquals(20, stream.resumePosition());
    assertEquals("20", stream.resumeToken());
  }

  @Test
  void aStreamGivesUpOnAServerThatAnswersNothing() {
    log.cuts.addAll(Collections.nCopies(1000, 0));
    try (ProbityClient nobody = ProbityClient.builder("127.0.0.1:9").build()) {
      for (ProbityClient one : List.of(client, nobody)) {
        ScreeningStream stream = one.screenStream(NONE, items(0, 10)).patience(Duration.ofMillis(500));
        assertEquals(Status.Code.UNAVAILABLE, assertThrows(ProbityException.class, () -> screened(stream)).getCode());
      }
    }
    assertTrue(log.openings.size() >= 2);
  }

  @Test
  void aCallerWhoTakesHisTimeIsNotGivenUp() throws Exception {
    log.cuts.add(5);
    long last = 0;
    for (StreamScreenSuppliersResponse answer
        : client.screenStream(NONE, items(0, 20)).window(2).patience(Duration.ofMillis(200))) {
      last = answer.getPosition();
      if (last == 4) {
        Thread.sleep(500);
      }
    }
    assertEquals(19, last);
  }

  @Test
  void itemsAreTakenAsFarAheadAsTheWindow() {
    log.cuts.add(100);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Iterable<BatchScreenItem> source = () -> IntStream.range(0, 500).mapToObj(number -> {
      most.accumulateAndGet(taken.incrementAndGet() - answered.get(), Math::max);
      return items(number, 1).iterator().next();
    }).iterator();
    for (StreamScreenSuppliersResponse answer : client.screenStream(NONE, source).window(32)) {
      answered.set((int) answer.getPosition() + 1);
    }
    assertEquals(500, taken.get());
    // The answer that is being handed out has made room already.
    assertTrue(most.get() <= 33 && most.get() > 1, most::toString);
  }

  @Test
  void aFaultOfTheSourceComesBehindTheAnswersBeforeIt() {
    log.cuts.add(2);
    Iterable<BatchScreenItem> source = () -> IntStream.range(0, 4).mapToObj(number -> {
      if (number == 3) {
        throw new IllegalStateException("no more rows");
      }
      return items(number, 1).iterator().next();
    }).iterator();
    List<String> found = new ArrayList<>();
    IllegalStateException fault = assertThrows(IllegalStateException.class, () -> client.screenStream(NONE, source)
        .forEach(answer -> found.add(answer.getResult().getCorrelationId())));
    assertEquals("no more rows", fault.getMessage());
    assertEquals(ids(0, 3), found);
  }

  @Test
  void aSlowSourceHoldsUpNoAnswersAndNoLongIdleStreamIsGivenUp() {
    log.oneItemEach = true; // Each stream takes one item and is idle then.
    SynchronousQueue<String> answered = new SynchronousQueue<>();
    Iterable<BatchScreenItem> source = () -> IntStream.range(0, 5).mapToObj(number -> {
      try { // The next one comes only when the one before was answered.
        if (number > 0 && answered.poll(60, TimeUnit.SECONDS) == null) {
          throw new IllegalStateException("an answer waits for the next item");
        }
      } catch (InterruptedException never) {
        throw new IllegalStateException(never);
      }
      return items(number, 1).iterator().next();
    }).iterator();
    List<String> found = new ArrayList<>();
    for (StreamScreenSuppliersResponse answer : client.screenStream(NONE, source).patience(Duration.ofMillis(1))) {
      found.add(answer.getResult().getCorrelationId());
      if (found.size() < 5) {
        try {
          assertTrue(answered.offer("", 60, TimeUnit.SECONDS));
        } catch (InterruptedException never) {
          throw new IllegalStateException(never);
        }
      }
    }
    assertEquals(ids(0, 5), found);
  }

  @Test
  void answersThatAreCountedOtherwiseAreNotHandedOut() {
    Map<String, List<StreamScreenSuppliersResponse>> wrong = Map.of(
        "before all items were answered", List.of(FakeRunLog.opened(0)),
        "answered item 1 of the stream; 0 is next", List.of(FakeRunLog.opened(0), FakeRunLog.result(1, "")),
        "goes on at item 3 of the stream instead of 0", List.of(FakeRunLog.opened(3)),
        "answered item 4611686018427387904 of", List.of(FakeRunLog.result(1L << 62, "")),
        "answered item 1 of the stream; 1 is next",
        List.of(FakeRunLog.opened(0), FakeRunLog.result(0, ""), FakeRunLog.result(1, "")));
    wrong.forEach((say, answers) -> {
      fake.stream = observer -> new AtItsEnd(observer, answers);
      ProbityException failed =
          assertThrows(ProbityException.class, () -> screened(client.screenStream(NONE, items(0, 1))));
      assertTrue(failed.getMessage().contains(say), () -> failed.getMessage() + " lacks " + say);
    });
  }

  /** Answers when all is said. */
  private record AtItsEnd(StreamObserver<StreamScreenSuppliersResponse> observer,
      List<StreamScreenSuppliersResponse> answers) implements StreamObserver<StreamScreenSuppliersRequest> {
    @Override
    public void onNext(StreamScreenSuppliersRequest request) {}

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      answers.forEach(observer::onNext);
      observer.onCompleted();
    }
  }

  @Test
  void noThreadIsLeftBehindAndTheSourceIsLeftAlone() throws Exception {
    AtomicInteger taken = new AtomicInteger();
    Iterable<BatchScreenItem> endless = () -> IntStream.iterate(0, number -> number + 1).mapToObj(number -> {
      taken.incrementAndGet();
      return items(number, 1).iterator().next();
    }).iterator();
    for (int time = 0; time < 5; time++) {
      try (ScreeningStream stream = client.screenStream(NONE, endless)) {
        Iterator<StreamScreenSuppliersResponse> answers = stream.iterator();
        answers.next();
        stream.close();
        int before = taken.get();
        assertThrows(IllegalStateException.class, () -> { // What is at hand may still be taken.
          while (true) {
            answers.next();
          }
        });
        assertEquals(before, taken.get());
      }
    }
    assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(one -> one.getName().equals("probity-stream")));
  }

  @Test
  void whoIsInterruptedIsToldSo() {
    Iterator<StreamScreenSuppliersResponse> answers = client.screenStream(NONE, items(0, 5000)).window(1).iterator();
    answers.next();
    Thread.currentThread().interrupt();
    ProbityException failed = assertThrows(ProbityException.class, () -> {
      while (answers.hasNext()) {
        answers.next();
      }
    });
    assertEquals(Status.Code.CANCELLED, failed.getCode());
    assertTrue(Thread.interrupted());
  }
}
