package dev.probity.client;

import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.StreamScreenOpened;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides items of streams as a server does; ends a stream behind the places in cuts, in order. */
final class FakeRunLog {
  static final int EVERY = 10; // results from one resume token to the next

  final Deque<Integer> cuts = new ArrayDeque<>();
  final Deque<StatusRuntimeException> ends = new ArrayDeque<>(); // how; by default as a server that is shut down
  final List<StreamScreenSettings> openings = Collections.synchronizedList(new ArrayList<>());
  volatile boolean oneItemEach; // a stream is idle behind each item
  private final Map<Integer, String> decided = new HashMap<>(); // by position, once each

  StreamObserver<StreamScreenSuppliersRequest> open(StreamObserver<StreamScreenSuppliersResponse> answers) {
    return new Stream(answers);
  }

  private final class Stream implements StreamObserver<StreamScreenSuppliersRequest> {
    private final StreamObserver<StreamScreenSuppliersResponse> answers;
    private int position;
    private int cut = -1;
    private StatusRuntimeException end;
    private boolean ended;

    Stream(StreamObserver<StreamScreenSuppliersResponse> answers) {
      this.answers = answers;
    }

    @Override
    public void onNext(StreamScreenSuppliersRequest request) {
      synchronized (FakeRunLog.this) {
        if (ended) {
          return;
        }
        if (request.hasSettings()) {
          begin(request.getSettings());
        } else if (cut >= 0 && position >= cut) {
          end(end);
        } else {
          decide(request.getItem().getCorrelationId());
        }
      }
    }

    private void begin(StreamScreenSettings settings) {
      openings.add(settings);
      position = settings.getResumeToken().isEmpty() ? 0 : Integer.parseInt(settings.getResumeToken());
      if (!cuts.isEmpty()) {
        cut = cuts.removeFirst();
        end = ends.isEmpty() ? FakeServer.refusal(Status.Code.UNAVAILABLE, "shut down") : ends.removeFirst();
      }
      answers.onNext(opened(position));
    }

    private void decide(String id) {
      String known = decided.putIfAbsent(position, id);
      if (known != null && !known.equals(id)) {
        end(FakeServer.refusal(Status.Code.DATA_LOSS, known + " was decided at " + position + ", now comes " + id));
        return;
      }
      StreamScreenSuppliersResponse answer = result(position++, id);
      answers.onNext(oneItemEach ? answer.toBuilder().setResumeToken(Integer.toString(position)).build() : answer);
      if (oneItemEach) {
        end(FakeServer.refusal(Status.Code.DEADLINE_EXCEEDED, "idle", FakeServer.reason("STREAM_IDLE")));
      }
    }

    private void end(StatusRuntimeException why) {
      ended = true;
      answers.onError(why);
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      synchronized (FakeRunLog.this) {
        if (!ended) {
          answers.onCompleted();
        }
      }
    }
  }

  static StreamScreenSuppliersResponse opened(long position) {
    return StreamScreenSuppliersResponse.newBuilder().setPosition(position).setResumeToken(Long.toString(position))
        .setOpened(StreamScreenOpened.newBuilder().setStreamId("run")).build();
  }

  static StreamScreenSuppliersResponse result(long position, String id) {
    return StreamScreenSuppliersResponse.newBuilder().setPosition(position)
        .setResumeToken(position % EVERY == EVERY - 1 ? Long.toString(position + 1) : "")
        .setResult(BatchScreenItemResult.newBuilder().setCorrelationId(id).setResponse(DecisionsTest.decided(1))).build();
  }
}
