package dev.probity.client;

import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.StreamScreenOpened;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a stream of purchases stands: what was taken from its source, what was answered, and what has to be sent again when
 * it is cut. No calls are made here. Places count from the first item of this process; the server's are that and offset.
 * Any thread may call it.
 */
final class StreamRun {
  /** How long until a cut stream is opened again; doubled each time. */
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 5000;
  /** What gRPC itself says, as INTERNAL, where the connection was lost within a message. */
  private static final String CUT_WITHIN_MESSAGE = "Encountered end-of-stream mid-frame";

  private StreamScreenSettings settings;
  private StreamScreenOpened opened;
  private long offset;
  private boolean hasOffset;
  private long next; // place of the next answer to hand out
  private long resumeAt; // place that the resume token goes on with
  private final List<BatchScreenItem> kept = new ArrayList<>(); // items from resumeAt on
  private long sent; // place behind the last item that this call was given
  private boolean exhausted; // the source has no more, or none is wanted
  private Throwable fault; // what the source ended with
  private int failures; // since the last answer
  private long failingSince; // nanoseconds

  StreamRun(StreamScreenSettings given) {
    settings = given;
    hasOffset = given.getResumeToken().isEmpty();
    if (hasOffset && given.getStreamId().isEmpty()) {
      // So that what was sent before the first resume token came is not decided twice.
      settings = given.toBuilder().setStreamId(RequestIds.newId()).build();
    }
  }

  synchronized void keep(BatchScreenItem item) {
    kept.add(item);
    notifyAll();
  }

  synchronized void exhaust(Throwable why) {
    exhausted = true;
    fault = why;
    notifyAll();
  }

  /** What a new call begins with. */
  synchronized StreamScreenSuppliersRequest begin() {
    sent = resumeAt;
    return StreamScreenSuppliersRequest.newBuilder().setSettings(settings).build();
  }

  /** The next item that this call was not given yet; null: none is there now. */
  synchronized StreamScreenSuppliersRequest nextToSend() {
    int index = (int) (sent - resumeAt);
    if (index == kept.size()) {
      return null;
    }
    sent++;
    return StreamScreenSuppliersRequest.newBuilder().setItem(kept.get(index)).build();
  }

  synchronized boolean isAllSent() {
    return exhausted && sent == resumeAt + kept.size();
  }

  synchronized boolean isAllAnswered() {
    return exhausted && isAnswered();
  }

  private boolean isAnswered() {
    return next >= resumeAt + kept.size();
  }

  /** Waits until there is something to ask, or nothing ever more. */
  synchronized void awaitWork() throws InterruptedException {
    while (isAnswered() && !exhausted) {
      wait();
    }
  }

  /**
   * Whether the message is an answer that was not handed out before. It fails where the server counts otherwise: no answer
   * may be taken for that of another item.
   */
  synchronized boolean receive(StreamScreenSuppliersResponse message) {
    if (message.hasOpened()) {
      beginAt(message);
      return false;
    }
    long at = message.getPosition() - offset;
    if (!hasOffset || at < resumeAt || at > next || at >= sent) {
      throw broken("the server answered item " + Long.toUnsignedString(message.getPosition()) + " of the stream; "
          + (offset + next) + " is next");
    }
    boolean isNew = at == next;
    if (isNew) {
      next++;
      failures = 0; // To be opened alone is no progress.
    }
    if (!message.getResumeToken().isEmpty()) {
      forgetUpTo(at + 1);
      settings = settings.toBuilder().setResumeToken(message.getResumeToken()).build();
    }
    return isNew;
  }

  private void forgetUpTo(long place) {
    kept.subList(0, (int) (place - resumeAt)).clear();
    resumeAt = place;
  }

  private void beginAt(StreamScreenSuppliersResponse message) {
    opened = message.getOpened();
    if (!hasOffset) { // The caller's token says where; its items begin there.
      offset = message.getPosition();
      hasOffset = true;
    }
    if (message.getPosition() != offset + resumeAt) {
      throw broken("the server goes on at item " + Long.toUnsignedString(message.getPosition())
          + " of the stream instead of " + (offset + resumeAt));
    }
    if (!message.getResumeToken().isEmpty()) {
      settings = settings.toBuilder().setResumeToken(message.getResumeToken()).build();
    }
  }

  static ProbityException broken(String what) {
    return ProbityException.of(Status.INTERNAL.withDescription(what).asRuntimeException());
  }

  /** How long until the stream is opened again; empty: the error stands. */
  synchronized Optional<Duration> waitAfter(ProbityException failed, Duration patience) {
    boolean cut = failed.getCode() == Status.Code.UNAVAILABLE || failed.getReason().equals("STREAM_IDLE")
        || failed.getCode() == Status.Code.INTERNAL && failed.getServerMessage().startsWith(CUT_WITHIN_MESSAGE);
    boolean asked = failed.getCode() == Status.Code.RESOURCE_EXHAUSTED && failed.getRetryAfter().isPresent();
    if (failures == 0) {
      failingSince = System.nanoTime();
    }
    if (!cut && !asked || System.nanoTime() - failingSince > patience.toNanos()) {
      return Optional.empty();
    }
    long wait = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(failures, 10));
    failures++;
    return Optional.of(failed.getRetryAfter().map(Calls::spread).orElse(Duration.ofMillis(wait)));
  }

  synchronized Throwable fault() {
    return fault;
  }

  synchronized String resumeToken() {
    return settings.getResumeToken();
  }

  synchronized long resumePosition() {
    return offset + resumeAt;
  }

  synchronized Optional<StreamScreenOpened> opened() {
    return Optional.ofNullable(opened);
  }
}
