package dev.probity.client.live;

import static dev.probity.client.live.World.BAD;
import static dev.probity.client.live.World.GOOD;
import static dev.probity.client.live.World.named;
import static dev.probity.client.live.World.screen;
import static dev.probity.client.live.World.screening;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.probity.client.Decisions;
import dev.probity.client.ProbityClient;
import dev.probity.client.ProbityException;
import dev.probity.client.Requests;
import dev.probity.client.ScreeningStream;
import dev.probity.v1.Consistency;
import dev.probity.v1.GetServerInfoRequest;
import dev.probity.v1.GetSupplierRequest;
import dev.probity.v1.Identifier;
import dev.probity.v1.ListVendorsRequest;
import dev.probity.v1.LookupSuppliersRequest;
import dev.probity.v1.LookupSuppliersResponse;
import dev.probity.v1.RevisionToken;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersResponse;
import dev.probity.v1.UpsertVendorResult;
import dev.probity.v1.Vendor;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;

/** The client against one real server over mTLS; what ends the server comes last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LiveTest {
  private static final String SYSTEM = "SAP-ПРД"; // Not ASCII, as vendor systems are not.
  private static final List<String> NUMBERS = IntStream.range(0, 1250).mapToObj("%05d"::formatted).toList();
  private static final long CLEAR = NUMBERS.size() - 179; // Each seventh is the barred firm.
  private static final GetServerInfoRequest INFO = GetServerInfoRequest.getDefaultInstance();

  private static World world;
  private static ProbityClient client;

  @BeforeAll
  static void begin() throws Exception {
    world = World.withCertificates();
    client = world.client("erp");
  }

  @AfterAll
  static void end() throws Exception {
    if (client != null) {
      client.close();
    }
    if (world != null) {
      world.close();
    }
  }

  static ProbityException refused(String reason, Executable call) {
    ProbityException failed = assertThrows(ProbityException.class, call);
    assertEquals(reason, failed.getReason(), failed::getMessage);
    return failed;
  }

  static void says(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> text + " lacks " + part);
    }
  }

  @Test
  @Order(1)
  void aBarredFirmIsBlockedAndAnotherIsClear() {
    ScreenSupplierResponse answer = screen(client, named(BAD, "Brackish Kilns Ltd"));
    assertFalse(Decisions.mayBuy(answer));
    assertEquals("BLOCK", Decisions.verdictName(answer));
    says(Decisions.explain(answer), "M-BAR (Invented Act s. 1)");
    answer = screen(client, named(GOOD, "Tidewater Stationery Ltd"));
    assertTrue(Decisions.mayBuy(answer), Decisions.explain(answer));
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertTrue(Decisions.mayBuyOn(answer.getDecision().getCore(), today));
    assertFalse(Decisions.mayBuyOn(answer.getDecision().getCore(), today.plusYears(500)));
  }

  @Test
  @Order(1)
  void whoHasNoNumberIsNotClear() {
    ScreenedSubject unnumbered = ScreenedSubject.newBuilder().setName("Неизвестное товарищество «Ёж»").build();
    assertFalse(Decisions.mayBuy(screen(client, unnumbered)));
  }

  @Test
  @Order(1)
  void aRequestIdIsDecidedOnce() {
    ScreenSupplierRequest request = screening(named(GOOD, "")).toBuilder().setRequestId("po-4711").build();
    ScreenSupplierResponse first = client.screening().screenSupplier(request);
    ScreenSupplierResponse second = client.screening().screenSupplier(request);
    assertEquals(first.getDecision().getName(), second.getDecision().getName());
    assertTrue(second.getRepeatedRequest());
    ScreenSupplierRequest other = request.toBuilder().setSubject(named(BAD, "")).build();
    refused("REQUEST_ID_REUSED", () -> client.screening().screenSupplier(other));
  }

  @Test
  @Order(1)
  void badInputIsSaidToBeSo() {
    ProbityException failed = refused("INVALID_FIELD", () -> screen(client, ScreenedSubject.getDefaultInstance()));
    says(failed.getMetadata().get("field"), "subject");
    assertFalse(failed.getFieldViolations().isEmpty());
    assertNotEquals("", failed.getCallId());
    failed = refused("UNKNOWN_IDENTIFIER_SCHEME", () -> screen(client, Requests.byIdentifier("XX-WRONG", "1")));
    says(failed.getUserMessage(), "XX-WRONG", "Probity refused the request");
    failed = refused("SUPPLIER_NOT_FOUND",
        () -> client.suppliers().getSupplier(GetSupplierRequest.newBuilder().setName("suppliers/0").build()));
    assertEquals(Status.Code.NOT_FOUND, failed.getCode());
  }

  @Test
  @Order(1)
  void whoMayNotIsToldWhichPermissionIsMissing() {
    try (ProbityClient reader = world.client("reader")) {
      reader.server().getServerInfo(INFO);
      ProbityException failed = refused("PERMISSION_DENIED", () -> screen(reader, named(GOOD, "")));
      says(failed.getUserMessage(), "the permission SCREEN");
      assertEquals("SCREEN", failed.getMetadata().get("permission"));
    }
  }

  @Test
  @Order(1)
  void aBudgetIsWaitedForWithinTheDeadline() {
    try (ProbityClient poor = world.client("poor")) {
      for (int i = 0; i < 3; i++) { // More than it has for a second: the rest is waited for.
        screen(poor, named(GOOD, ""));
      }
      ProbityClient hasty = poor.withTimeout(Duration.ofMillis(500));
      long end = System.nanoTime() + Duration.ofSeconds(World.PATIENCE_SECONDS).toNanos();
      while (System.nanoTime() < end) { // Within a deadline that is too short to wait, it is refused.
        try {
          screen(hasty, named(GOOD, ""));
        } catch (ProbityException failed) {
          if (failed.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
            assertEquals("QUOTA_EXCEEDED", failed.getReason());
            assertTrue(failed.getRetryAfter().orElseThrow().toNanos() > 0);
            return;
          }
        }
      }
      fail("the budget is never used up");
    }
  }

  private static Vendor vendor(String number, String record, String name) {
    return Vendor.newBuilder().setNumber(Requests.vendorNumber(SYSTEM, number)).setConfirmed(true).setDisplayName(name)
        .setSourceRecord("datasets/reg/records/" + record).build();
  }

  @Test
  @Order(2)
  void vendorNumbersAreRegisteredInBulkAndListed() {
    List<Vendor> vendors = NUMBERS.stream().map(number -> Integer.parseInt(number) % 7 == 0
        ? vendor(number, "bad", "Brackish Kilns Ltd") : vendor(number, "good", "Tidewater Stationery Ltd")).toList();
    List<String> registered = new ArrayList<>();
    for (UpsertVendorResult result : client.registerVendors(vendors)) {
      assertTrue(ProbityException.ofItem(result).isEmpty(), result::toString);
      registered.add(result.getNumber().getNumber());
    }
    assertEquals(NUMBERS, registered);
    assertTrue(Decisions.mayBuy(screen(client, Requests.byVendor(SYSTEM, "00001"))));
    assertEquals("BLOCK", Decisions.verdictName(screen(client, Requests.byVendor(SYSTEM, "00007"))));
    assertFalse(Decisions.mayBuy(screen(client, Requests.byVendor(SYSTEM, "7")))); // Without its zeros.
    ListVendorsRequest all = ListVendorsRequest.newBuilder().setSystem(SYSTEM).setPageSize(500).build();
    assertEquals(NUMBERS,
        client.vendors().listVendors(all).stream().map(vendor -> vendor.getNumber().getNumber()).toList());
  }

  @Test
  @Order(2)
  void vendorsThatCannotBeRegisteredSayWhy() {
    Vendor wrong = Vendor.newBuilder().setNumber(Requests.vendorNumber(SYSTEM, "9"))
        .setIdentifier(Identifier.newBuilder().setScheme("XX-WRONG").setValue("1")).build();
    List<String> reasons = new ArrayList<>();
    for (UpsertVendorResult result : client.registerVendors(List.of(wrong, vendor("8", "nobody", "")))) {
      reasons.add(ProbityException.ofItem(result).orElseThrow().getReason());
    }
    assertEquals(List.of("UNKNOWN_IDENTIFIER_SCHEME", "RECORD_NOT_FOUND"), reasons);
  }

  private static LookupSuppliersResponse read(Consistency consistency) {
    return client.suppliers().lookupSuppliers(LookupSuppliersRequest.newBuilder().setConsistency(consistency)
        .addIdentifiers(Identifier.newBuilder().setScheme("GB-COH").setValue(GOOD)).build());
  }

  @Test
  @Order(3)
  void whatIsReadIsAsFreshAsAskedFor() {
    RevisionToken now = client.server().getServerInfo(INFO).getRevision();
    for (Consistency consistency : List.of(Requests.minimizeLatency(), Requests.atLeastAsFresh(now),
        Requests.atExactRevision(now), Requests.knownAt(Instant.now()))) {
      assertEquals(now.getRevision(), read(consistency).getStamp().getRevision().getRevision(), consistency::toString);
    }
    RevisionToken none = RevisionToken.getDefaultInstance();
    assertThrows(ProbityException.class, () -> read(Requests.atLeastAsFresh(none)));
    assertThrows(ProbityException.class, () -> read(Requests.atExactRevision(none)));
    assertTrue(read(Requests.knownAt(Instant.EPOCH)).getStamp().getRevision().getRevision() < now.getRevision());
  }

  /** Streams the whole vendor master, and checks all its answers. */
  private static void streamed(StreamScreenSettings settings, Executable afterHundred) throws Throwable {
    StreamScreenSettings whole = settings.toBuilder().setPurchase(World.purchase()).build();
    List<String> found = new ArrayList<>();
    long clear = 0;
    try (ScreeningStream stream = client.screenStream(whole, Requests.vendorItems(SYSTEM, NUMBERS))) {
      for (StreamScreenSuppliersResponse answer : stream) {
        found.add(answer.getResult().getCorrelationId());
        clear += Decisions.mayBuy(answer) ? 1 : 0;
        if (found.size() == 100) {
          afterHundred.execute();
        }
      }
    }
    assertEquals(NUMBERS, found);
    assertEquals(CLEAR, clear);
  }

  @Test
  @Order(4)
  void aStreamThatIsSentAgainIsAnsweredAsItWas() throws Throwable {
    for (int time = 0; time < 2; time++) {
      streamed(StreamScreenSettings.newBuilder().setStreamId("nightly-1").build(), () -> { });
    }
  }

  private static void cannotBeReached(ProbityClient other, String... hints) {
    try (other) {
      ProbityException failed = assertThrows(ProbityException.class, () -> other.server().getServerInfo(INFO));
      assertEquals(Status.Code.UNAVAILABLE, failed.getCode(), failed::getMessage);
      says(failed.getUserMessage(), "cannot be reached at", "Nothing was decided");
      says(failed.getUserMessage(), hints);
    }
  }

  @Test
  @Order(5)
  void aPersonIsToldWhatIsWrongWithAConnection() throws Exception {
    var rogue = new dev.probity.client.TlsFiles(world.path("rogue/ca.pem"), world.path("rogue/erp.pem"),
        world.path("rogue/erp.key"));
    var mixed = new dev.probity.client.TlsFiles(world.path("tls/ca.pem"), rogue.cert(), rogue.key());
    cannotBeReached(ProbityClient.builder(world.address()).tls(rogue).build(), "the authority in ca");
    cannotBeReached(ProbityClient.builder(world.address()).tls(mixed).build(), "was not revoked");
    cannotBeReached(ProbityClient.builder(world.address())
        .tls(dev.probity.client.TlsFiles.of(world.path("tls/ca.pem"))).build(), "was not revoked");
    cannotBeReached(world.client("old"), "has not ended");
    cannotBeReached(ProbityClient.builder(world.address()).build(), "give tls");
    String elsewhere = world.address().replace("127.0.0.1", "127.0.0.2");
    cannotBeReached(ProbityClient.builder(elsewhere).tls(world.files("erp")).build(), "127.0.0.2");
  }

  @Test
  @Order(6)
  void aSlowServerIsNotWaitedForPastTheDeadline() throws Exception {
    world.pause();
    try {
      ProbityException failed =
          refused("", () -> screen(client.withTimeout(Duration.ofMillis(500)), named(GOOD, "")));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, failed.getCode());
      says(failed.getUserMessage(), "Nothing may be bought on this");
      assertNotEquals("", failed.getRequestId());
    } finally {
      world.goOn();
    }
  }

  @Test
  @Order(7)
  void aRestartIsWaitedOut() throws Throwable {
    streamed(StreamScreenSettings.getDefaultInstance(), () -> world.restart());
    assertFalse(Decisions.mayBuy(screen(client, named(BAD, ""))));
  }

  @Test
  @Order(8)
  void aServerThatIsAwayIsNoLeave() throws Exception {
    world.stop();
    ProbityException failed = refused("", () -> screen(client, named(GOOD, "")));
    assertEquals(Status.Code.UNAVAILABLE, failed.getCode());
    says(failed.getUserMessage(), "cannot be reached at " + world.address(), "Nothing was decided");
  }
}
