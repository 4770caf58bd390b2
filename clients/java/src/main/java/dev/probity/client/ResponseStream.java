package dev.probity.client;

import dev.probity.client.ProbityException.Where;
import io.grpc.ClientCall;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The answers of an RPC that streams them, as they come and as fast as they are taken. They can be iterated once. Close it
 * where you leave before its end, or the call stays open.
 */
public final class ResponseStream<R> implements Iterable<R>, AutoCloseable {
  private final ClientCall<?, R> call;
  private final Where where;
  private Iterator<R> answers;

  <Q> ResponseStream(ClientCall<Q, R> call, Q request, Where where) {
    this.call = call;
    this.where = where;
    this.answers = ClientCalls.blockingServerStreamingCall(call, request);
  }

  @Override
  public Iterator<R> iterator() {
    if (answers == null) {
      throw new IllegalStateException("the answers of a stream can be iterated once");
    }
    Iterator<R> all = answers;
    answers = null;
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return all.hasNext();
        } catch (StatusRuntimeException failed) {
          throw ProbityException.of(failed, where);
        }
      }

      @Override
      public R next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return all.next();
      }
    };
  }

  /** The same as a stream, which closes this one when it is closed. */
  public Stream<R> stream() {
    return StreamSupport.stream(spliterator(), false).onClose(this::close);
  }

  /** Ends the call. */
  @Override
  public void close() {
    call.cancel("the answers are not wanted any more", null);
  }
}
