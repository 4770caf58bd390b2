package dev.probity.client;

import dev.probity.v1.ScreeningServiceGrpc;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One call of a stream: sends what the run has as the connection takes it, and holds some answers until they are taken. */
final class StreamCall extends ClientCall.Listener<StreamScreenSuppliersResponse> {
  private static final int ANSWERS_AHEAD = 32;

  /** An answer, or how the call ended. */
  private record Event(StreamScreenSuppliersResponse answer, Status status, Metadata trailers) {}

  private final Calls calls;
  private final StreamRun run;
  private final ClientCall<StreamScreenSuppliersRequest, StreamScreenSuppliersResponse> call;
  private final BlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
  private boolean closed = true; // for sending; guarded by this

  StreamCall(Calls calls, StreamRun run) {
    this.calls = calls;
    this.run = run;
    call = calls.channel().newCall(ScreeningServiceGrpc.getStreamScreenSuppliersMethod(), CallOptions.DEFAULT);
  }

  /** Nothing is sent before the settings, also not by who is told that the connection is ready. */
  synchronized void open() {
    call.start(this, new Metadata());
    call.sendMessage(run.begin());
    call.request(ANSWERS_AHEAD);
    closed = false;
    send();
  }

  /** Any thread may call it, whenever there may be more to send. */
  synchronized void send() {
    while (!closed && call.isReady()) {
      StreamScreenSuppliersRequest request = run.nextToSend();
      if (request != null) {
        call.sendMessage(request);
      } else if (run.isAllSent()) {
        closed = true;
        call.halfClose();
      } else {
        return;
      }
    }
  }

  synchronized void cancel() {
    closed = true;
    call.cancel("no more answers are wanted", null);
  }

  /** Waits for the next answer; null: the server has said all. */
  StreamScreenSuppliersResponse next() throws InterruptedException {
    Event event = inbox.take();
    if (event.answer() != null) {
      call.request(1);
      return event.answer();
    }
    if (event.status().isOk()) {
      return null;
    }
    throw ProbityException.of(event.status().asRuntimeException(event.trailers()),
        calls.where(ScreeningServiceGrpc.getStreamScreenSuppliersMethod(), null));
  }

  @Override
  public void onReady() {
    send();
  }

  @Override
  public void onMessage(StreamScreenSuppliersResponse answer) {
    inbox.add(new Event(answer, null, null));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    inbox.add(new Event(null, status, trailers));
  }
}
