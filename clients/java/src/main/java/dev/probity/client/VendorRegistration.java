package dev.probity.client;

import dev.probity.v1.BatchUpsertVendorsRequest;
import dev.probity.v1.GetServerInfoRequest;
import dev.probity.v1.UpsertVendorResult;
import dev.probity.v1.Vendor;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Registers vendors in as many calls as the server's limit asks for, each when its results are asked for. */
final class VendorRegistration implements Iterator<UpsertVendorResult> {
  private final ProbityClient client;
  private final Iterator<Vendor> source;
  private Iterator<UpsertVendorResult> results = Collections.emptyIterator();
  private RuntimeException fault; // of the source
  private int limit;

  VendorRegistration(ProbityClient client, Iterator<Vendor> source) {
    this.client = client;
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    while (!results.hasNext()) {
      if (fault != null) {
        throw fault;
      }
      BatchUpsertVendorsRequest request = nextRequest();
      if (request.getVendorsCount() > 0) {
        results = client.vendors().batchUpsertVendors(request).getResultsList().iterator();
      } else if (fault == null) {
        return false;
      }
    }
    return true;
  }

  /** The fault of a source comes behind the results of what it gave before. */
  private BatchUpsertVendorsRequest nextRequest() {
    if (limit == 0) {
      limit = Math.max(1, client.server().getServerInfo(GetServerInfoRequest.getDefaultInstance()).getMaxBatchVendors());
    }
    BatchUpsertVendorsRequest.Builder chunk = BatchUpsertVendorsRequest.newBuilder();
    try {
      while (chunk.getVendorsCount() < limit && source.hasNext()) {
        chunk.addVendors(source.next());
      }
    } catch (RuntimeException thrown) {
      fault = thrown;
    }
    return chunk.build();
  }

  @Override
  public UpsertVendorResult next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return results.next();
  }
}
