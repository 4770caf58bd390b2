package dev.probity.client;

import static dev.probity.client.FakeServer.reason;
import static dev.probity.client.FakeServer.refusal;
import static dev.probity.client.FakeServer.serve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.probity.v1.BatchUpsertVendorsRequest;
import dev.probity.v1.BatchUpsertVendorsResponse;
import dev.probity.v1.GetServerInfoResponse;
import dev.probity.v1.ListVendorsRequest;
import dev.probity.v1.ListVendorsResponse;
import dev.probity.v1.UpsertVendorResult;
import dev.probity.v1.Vendor;
import dev.probity.v1.VendorNumber;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static Vendor vendor(String number) {
    return Vendor.newBuilder().setNumber(VendorNumber.newBuilder().setNumber(number)).build();
  }

  private static ListVendorsResponse page(String next, String... numbers) {
    return ListVendorsResponse.newBuilder().setNextPageToken(next)
        .addAllVendors(Stream.of(numbers).map(ListingTest::vendor).toList()).build();
  }

  private static BatchUpsertVendorsResponse upserted(int count) {
    return BatchUpsertVendorsResponse.newBuilder()
        .addAllResults(Collections.nCopies(count, UpsertVendorResult.getDefaultInstance())).build();
  }

  @Test
  void aListingIsReadToItsEnd() throws Exception {
    try (FakeServer fake = serve(page("b", "1", "2"), page("c"), page("", "3"), page("b", "1", "2"));
        ProbityClient client = fake.client()) {
      Listing<ListVendorsResponse, Vendor> listing = client.vendors()
          .listVendors(ListVendorsRequest.newBuilder().setSystem("S").setPageToken("a").build());
      List<String> numbers = new ArrayList<>();
      for (Vendor vendor : listing) {
        numbers.add(vendor.getNumber().getNumber());
      }
      listing.iterator().next(); // Asks anew, and only for the page that is needed.
      assertEquals(List.of("1", "2", "3"), numbers);
      assertEquals(List.of("a", "b", "c", "a"),
          fake.calls.stream().map(call -> ((ListVendorsRequest) call.request()).getPageToken()).toList());
    }
  }

  @Test
  void aListingThatFailsSaysSoBehindWhatCameBefore() throws Exception {
    try (FakeServer fake = serve(page("b", "1"), refusal(Status.Code.INVALID_ARGUMENT, "stale",
            reason("INVALID_PAGE_TOKEN"))); ProbityClient client = fake.client()) {
      Iterator<Vendor> vendors = client.vendors().listVendors(ListVendorsRequest.getDefaultInstance()).iterator();
      assertEquals(vendor("1"), vendors.next());
      assertEquals("INVALID_PAGE_TOKEN", assertThrows(ProbityException.class, vendors::hasNext).getReason());
    }
  }

  @Test
  void vendorsAreRegisteredByTheServersLimit() throws Exception {
    for (List<Integer> sizes : List.of(List.of(2, 2, 1), List.of(2, 2), List.<Integer>of())) {
      List<Object> script = new ArrayList<>(List.of(GetServerInfoResponse.newBuilder().setMaxBatchVendors(2).build()));
      sizes.forEach(size -> script.add(upserted(size)));
      int count = sizes.stream().mapToInt(Integer::intValue).sum();
      try (FakeServer fake = serve(script.toArray()); ProbityClient client = fake.client()) {
        int results = 0;
        for (UpsertVendorResult result : client.registerVendors(Collections.nCopies(count, vendor("1")))) {
          results += result.hasError() ? 0 : 1;
        }
        assertEquals(count, results);
        assertEquals(sizes, fake.calls.stream().skip(1)
            .map(call -> ((BatchUpsertVendorsRequest) call.request()).getVendorsCount()).toList());
        assertEquals(sizes.size(), fake.calls.stream().skip(1).map(call -> RequestIds.of(call.request())).distinct().count());
      }
    }
  }

  @Test
  void aFaultOfTheSourceComesBehindTheResultsBeforeIt() throws Exception {
    Iterable<Vendor> torn = () -> Stream.of("1", "2", "3", "torn").map(number -> {
      if (number.equals("torn")) {
        throw new IllegalStateException("the cursor is torn");
      }
      return vendor(number);
    }).iterator();
    try (FakeServer fake = serve(GetServerInfoResponse.newBuilder().setMaxBatchVendors(2).build(), upserted(2), upserted(1));
        ProbityClient client = fake.client()) {
      Iterator<UpsertVendorResult> results = client.registerVendors(torn).iterator();
      for (int i = 0; i < 3; i++) {
        results.next();
      }
      assertEquals("the cursor is torn", assertThrows(IllegalStateException.class, results::hasNext).getMessage());
    }
  }

  @Test
  void vendorsAreNotSentOnBehindARefusal() throws Exception {
    try (FakeServer fake = serve(GetServerInfoResponse.newBuilder().setMaxBatchVendors(1).build(),
            refusal(Status.Code.PERMISSION_DENIED, "no")); ProbityClient client = fake.client()) {
      Iterator<UpsertVendorResult> results = client.registerVendors(List.of(vendor("1"), vendor("2"))).iterator();
      assertEquals(Status.Code.PERMISSION_DENIED, assertThrows(ProbityException.class, results::next).getCode());
      assertEquals(2, fake.calls.size());
    }
  }
}
