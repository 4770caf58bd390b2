package dev.probity.client;

import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.ScreeningServiceGrpc;
import dev.probity.v1.StreamScreenOpened;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Screens a whole vendor master by one StreamScreenSuppliers that goes on by itself where it was cut.
 *
 * <p>Answers are in the order of the items, each once. They can be iterated once, by one thread. Items are taken ahead, by
 * a thread of this stream's; {@link #close} waits for the item that the source is about to give, after which the source is
 * not used any more. A cut stream is opened again, with what the server may not have decided; what it had decided comes back
 * as it was and is not handed out twice. While it is iterated it throws a {@link ProbityException} that cannot be waited
 * out, or lasts longer than the patience, and what the source threw, behind the answers to all items before it.
 */
public final class ScreeningStream implements Iterable<StreamScreenSuppliersResponse>, AutoCloseable {
  private final Calls calls;
  private final Iterable<BatchScreenItem> source;
  private final StreamRun run;
  private int window = 1024;
  private Duration patience = Duration.ofMinutes(1);
  private Semaphore room; // one for each item that may be taken and is not
  private Thread taker;
  private volatile StreamCall call;
  private volatile boolean closed;

  ScreeningStream(Calls calls, StreamScreenSettings settings, Iterable<BatchScreenItem> source) {
    this.calls = calls;
    this.source = source;
    this.run = new StreamRun(settings);
  }

  /**
   * How many items are taken from their source and not answered yet, at most. By default 1024: some times what a server works
   * on at a time, so that the next ones are there when it has room, however long it takes to get them.
   */
  public ScreeningStream window(int items) {
    if (items < 1) {
      throw new IllegalArgumentException("window: at least 1");
    }
    window = items;
    return this;
  }

  /** How long after a cut, without an answer, the stream is given up. By default a minute. */
  public ScreeningStream patience(Duration longest) {
    patience = longest;
    return this;
  }

  /**
   * The newest; "" before the stream was opened. With equal settings, this token, and the items from
   * {@link #resumePosition} on, another stream goes on, also in another process.
   */
  public String resumeToken() {
    return run.resumeToken();
  }

  /** The position of the item that the token goes on with. */
  public long resumePosition() {
    return run.resumePosition();
  }

  /** Revision, policy and day of all answers, and the run's name; empty before. */
  public Optional<StreamScreenOpened> opened() {
    return run.opened();
  }

  @Override
  public Iterator<StreamScreenSuppliersResponse> iterator() {
    if (room != null) {
      throw new IllegalStateException("the answers of a stream can be iterated once");
    }
    room = new Semaphore(window);
    taker = new Thread(this::take, "probity-stream");
    taker.setDaemon(true);
    taker.start();
    return new Answers();
  }

  /** Takes no more items and ends the call. Done by itself where the answers came to their end. */
  @Override
  public void close() {
    closed = true;
    StreamCall open = call;
    if (open != null) {
      open.cancel();
    }
    if (taker == null) {
      return;
    }
    room.release(); // The taker sees that it is to end.
    boolean interrupted = false;
    while (taker.isAlive()) {
      try {
        taker.join();
      } catch (InterruptedException wait) { // The source is in use until then.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes items as there is room, before the source is asked for one. */
  private void take() {
    Throwable fault = null;
    try {
      Iterator<BatchScreenItem> items = source.iterator();
      for (room.acquire(); !closed && items.hasNext(); room.acquire()) {
        run.keep(items.next());
        send();
      }
    } catch (Throwable thrown) { // Also an Error: the caller's thread throws it.
      fault = thrown;
    }
    run.exhaust(fault);
    send();
  }

  private void send() {
    StreamCall open = call;
    if (open != null) {
      open.send();
    }
  }

  private final class Answers implements Iterator<StreamScreenSuppliersResponse> {
    private StreamScreenSuppliersResponse next;
    private boolean ended;

    @Override
    public boolean hasNext() {
      while (next == null && !ended) {
        boolean done = true;
        try {
          next = advance();
          done = next == null && run.isAllAnswered();
        } finally {
          if (done) { // Or failed.
            ended = true;
            close();
          }
        }
      }
      return next != null;
    }

    @Override
    public StreamScreenSuppliersResponse next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      StreamScreenSuppliersResponse answer = next;
      next = null;
      return answer;
    }
  }

  /** The next answer; null: there is none yet, or no more. */
  private StreamScreenSuppliersResponse advance() {
    try {
      if (closed) {
        throw new IllegalStateException("the stream is closed");
      }
      if (call == null) {
        call = new StreamCall(calls, run);
        call.open();
      }
      StreamScreenSuppliersResponse message = call.next();
      if (message == null) {
        end();
      } else if (run.receive(message)) {
        room.release();
        return message;
      }
    } catch (ProbityException failed) {
      goOnAfter(failed);
    } catch (InterruptedException interrupted) {
      throw calls.interrupted(ScreeningServiceGrpc.getStreamScreenSuppliersMethod(), interrupted);
    }
    return null;
  }

  /** What it means that the server has said all; it does so when all items are answered. */
  private void end() {
    if (!run.isAllAnswered()) {
      throw StreamRun.broken("the server ended the stream before all items were answered");
    }
    Throwable fault = run.fault();
    if (fault instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (fault instanceof Error thrown) {
      throw thrown;
    }
    if (fault != null) {
      throw new IllegalStateException(fault);
    }
  }

  /** Waits before the stream is opened again, and for an item where there is nothing to ask. */
  private void goOnAfter(ProbityException failed) {
    call.cancel();
    call = null;
    calls.sleep(run.waitAfter(failed, patience).orElseThrow(() -> failed),
        ScreeningServiceGrpc.getStreamScreenSuppliersMethod());
    try {
      run.awaitWork();
    } catch (InterruptedException interrupted) {
      throw calls.interrupted(ScreeningServiceGrpc.getStreamScreenSuppliersMethod(), interrupted);
    }
  }
}
