package dev.probity.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a listing names, over all its pages, from the request's own page token on. Each page is asked for when it is
 * needed, so errors come while it is iterated; all are of one revision. Each iteration asks anew.
 *
 * @param <R> answers, one a page
 * @param <I> what is listed
 */
public final class Listing<R extends Message, I> implements Iterable<I> {
  private final Function<Message, R> fetch;
  private final Message request;
  private final Function<R, List<I>> items;

  @SuppressWarnings("unchecked") // Each page is asked for by a copy of the request.
  <Q extends Message> Listing(Function<Q, R> fetch, Q request, Function<R, List<I>> items) {
    this.fetch = asked -> fetch.apply((Q) asked);
    this.request = request;
    this.items = items;
  }

  @Override
  public Iterator<I> iterator() {
    return stream().iterator();
  }

  /** The same as a stream. */
  public Stream<I> stream() {
    return StreamSupport.stream(pages().spliterator(), false).flatMap(page -> items.apply(page).stream());
  }

  /** The answers themselves, with their stamps. */
  public Iterable<R> pages() {
    return Pages::new;
  }

  /** One answer: that to the request as it is. */
  public R page() {
    return fetch.apply(request);
  }

  private final class Pages implements Iterator<R> {
    private Message next = request;

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public R next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      R page = fetch.apply(next);
      String token = (String) page.getField(field(page, "next_page_token"));
      next = token.isEmpty() ? null : next.toBuilder().setField(field(next, "page_token"), token).build();
      return page;
    }

    private FieldDescriptor field(Message message, String name) {
      return message.getDescriptorForType().findFieldByName(name);
    }
  }
}
