package dev.probity.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.client.ConfigurationException;
import dev.probity.client.Decisions;
import dev.probity.client.ProbityClient;
import dev.probity.client.ProbityException;
import dev.probity.client.Requests;
import dev.probity.client.ScreeningStream;
import dev.probity.v1.BatchCheckCertificationsRequest;
import dev.probity.v1.BatchCheckItem;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.BatchScreenSuppliersRequest;
import dev.probity.v1.CertificationResult;
import dev.probity.v1.CheckCertificationRequest;
import dev.probity.v1.CheckCertificationResponse;
import dev.probity.v1.DecisionCore;
import dev.probity.v1.ErrorReason;
import dev.probity.v1.GetServerInfoRequest;
import dev.probity.v1.GetServerInfoResponse;
import dev.probity.v1.PurchaseContext;
import dev.probity.v1.Purpose;
import dev.probity.v1.ReviewReason;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.ServerServiceGrpc;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.Status;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeProbityTest {
  private static final ScreenedSubject GOOD = Requests.byIdentifier("GB-COH", "04830352");
  private static final ScreenedSubject BAD = Requests.byVendor("SAP-PRD", "000018");
  private static final PurchaseContext ORDER =
      PurchaseContext.newBuilder().setAuthorityCountry("GB").setPurpose(Purpose.PURPOSE_ORDER).build();

  private static ScreenSupplierRequest asking(ScreenedSubject subject) {
    return ScreenSupplierRequest.newBuilder().setSubject(subject).setPurchase(ORDER).build();
  }

  private static ScreenSupplierResponse screen(ProbityClient client, ScreenedSubject subject) {
    return client.screening().screenSupplier(asking(subject));
  }

  private static ProbityException refused(ProbityClient client, ScreenedSubject subject) {
    return assertThrows(ProbityException.class, () -> screen(client, subject));
  }

  @Test
  void eachSupplierHasTheVerdictThatWasSet() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      ScreenedSubject unclear = ScreenedSubject.newBuilder().setName("Неизвестное товарищество «Ёж»").build();
      probity.screening(GOOD, FakeDecisions.clear()).screening(BAD, FakeDecisions.block("DEBAR-1"))
          .screening(unclear, FakeDecisions.review(ReviewReason.REVIEW_REASON_MISSING_IDENTIFIER,
              ReviewReason.REVIEW_REASON_ALLEGATION));
      ScreenSupplierResponse good = screen(client, GOOD.toBuilder().setName("A name beside the number").build());
      assertTrue(Decisions.mayBuy(good));
      assertTrue(good.getDecision().getCore().hasAsOf());
      ScreenSupplierResponse bad = screen(client, BAD);
      assertEquals("BLOCK", Decisions.verdictName(bad));
      assertTrue(Decisions.explain(bad).contains("DEBAR-1"));
      ScreenSupplierResponse review = screen(client, unclear);
      assertEquals("REVIEW", Decisions.verdictName(review));
      assertEquals(List.of(ReviewReason.REVIEW_REASON_MISSING_IDENTIFIER, ReviewReason.REVIEW_REASON_ALLEGATION),
          review.getDecision().getCore().getReasonsList());
      assertEquals(List.of(GOOD.getRef(), BAD.getRef(), unclear.getRef()), probity.requests(ScreenSupplierRequest.class)
          .stream().map(request -> request.getSubject().getRef()).toList());
      assertFalse(probity.requests(ScreenSupplierRequest.class).get(0).getRequestId().isEmpty());
    }
  }

  @Test
  void aDecisionMayHaveWhateverItsTestNeeds() {
    LocalDate day = LocalDate.of(2026, 11, 27);
    DecisionCore kept = FakeDecisions.clear().toBuilder().setAsOf(dev.probity.client.Dates.toDate(day))
        .setValidUntil(dev.probity.client.Dates.toDate(day.plusDays(7))).build();
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(GOOD, kept);
      DecisionCore core = screen(client, GOOD).getDecision().getCore();
      assertTrue(Decisions.mayBuyOn(core, day.plusDays(7)));
      assertFalse(Decisions.mayBuyOn(core, day.plusDays(8)));
    }
  }

  @Test
  void aRequestIdIsDecidedOnce() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(GOOD, FakeDecisions.clear()).screening(BAD, FakeDecisions.clear());
      ScreenSupplierRequest order = asking(GOOD).toBuilder().setRequestId("PO-4711-1").build();
      ScreenSupplierResponse first = client.screening().screenSupplier(order);
      probity.screening(GOOD, FakeDecisions.block("DEBAR-1"));
      ScreenSupplierResponse second = client.screening().screenSupplier(order);
      assertFalse(first.getRepeatedRequest());
      assertTrue(second.getRepeatedRequest());
      assertEquals(first.getDecision(), second.getDecision());
      ScreenSupplierRequest edited = order.toBuilder().setSubject(BAD).build();
      ProbityException reused =
          assertThrows(ProbityException.class, () -> client.screening().screenSupplier(edited));
      assertEquals("REQUEST_ID_REUSED", reused.getReason());
    }
  }

  @Test
  void errorsComeAsAServerSendsThem() {
    try (FakeProbity probity = FakeProbity.start();
        ProbityClient client = probity.clientBuilder().withoutRetries().build()) {
      probity.screening(GOOD, FakeError.of(ErrorReason.ERROR_REASON_QUOTA_EXCEEDED)
          .retryAfter(Duration.ofSeconds(2)).metadata("caller", "erp").message("too much"));
      ProbityException quota = refused(client, GOOD);
      assertEquals("QUOTA_EXCEEDED", quota.getReason());
      assertEquals("probity", quota.getDomain());
      assertEquals(Duration.ofSeconds(2), quota.getRetryAfter().orElseThrow());
      assertEquals("erp", quota.getMetadata().get("caller"));
      assertEquals("too much", quota.getServerMessage());
      probity.screening(GOOD, FakeError.of(Status.Code.INVALID_ARGUMENT, "NEWER_THAN_THIS").field("subject.name"));
      ProbityException newer = refused(client, GOOD);
      assertEquals("NEWER_THAN_THIS", newer.getReason());
      assertEquals("subject.name", newer.getFieldViolations().get(0).field());
    }
  }

  @Test
  void whatTheClientWaitsForIsWaitedFor() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      List<Integer> left = new ArrayList<>(List.of(0, 1));
      probity.answer(ServerServiceGrpc.getGetServerInfoMethod(), request -> {
        if (left.remove(0) == 0) {
          throw FakeError.of(ErrorReason.ERROR_REASON_QUOTA_EXCEEDED)
              .retryAfter(Duration.ofMillis(10)).exception();
        }
        return GetServerInfoResponse.newBuilder().setMaxBatchVendors(7).build();
      });
      assertEquals(7, client.server().getServerInfo(GetServerInfoRequest.getDefaultInstance()).getMaxBatchVendors());
      assertEquals(2, probity.requests(GetServerInfoRequest.class).size());
    }
  }

  @Test
  void aServerThatIsAwayComesBack() {
    try (FakeProbity probity = FakeProbity.start();
        ProbityClient client = probity.clientBuilder().withoutRetries().build()) {
      probity.screening(GOOD, FakeDecisions.clear()).available(false);
      ProbityException away = refused(client, GOOD);
      assertEquals(Status.Code.UNAVAILABLE, away.getCode());
      assertTrue(away.getUserMessage().contains("cannot be reached"), away::getUserMessage);
      assertEquals(List.of(), probity.requests(ScreenSupplierRequest.class));
      probity.available(true);
      assertTrue(Decisions.mayBuy(screen(client, GOOD)));
    }
  }

  private static BatchScreenItem item(ScreenedSubject subject) {
    return BatchScreenItem.newBuilder().setCorrelationId(subject.getRef().getVendor().getNumber())
        .setRequest(asking(subject)).build();
  }

  @Test
  void itemsOfABatchAndOfAStreamAreDecidedAlike() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(Requests.byVendor("SAP-PRD", "000017"), FakeDecisions.clear())
          .screening(BAD, FakeError.of(ErrorReason.ERROR_REASON_VENDOR_NOT_FOUND));
      List<BatchScreenItemResult> results = client.screening().batchScreenSuppliers(BatchScreenSuppliersRequest.newBuilder()
          .addItems(item(Requests.byVendor("SAP-PRD", "000017"))).addItems(item(BAD)).build()).getResultsList();
      assertTrue(Decisions.mayBuy(results.get(0)));
      assertEquals("VENDOR_NOT_FOUND", ProbityException.ofItem(results.get(1)).orElseThrow().getReason());
      List<String> streamed = new ArrayList<>();
      StreamScreenSettings settings = StreamScreenSettings.newBuilder().setPurchase(ORDER).build();
      try (ScreeningStream stream =
          client.screenStream(settings, Requests.vendorItems("SAP-PRD", List.of("000017", "000018", "000017")))) {
        for (StreamScreenSuppliersResponse answer : stream) {
          streamed.add(answer.getResult().getCorrelationId() + " " + Decisions.mayBuy(answer));
        }
        assertEquals(3, stream.resumePosition());
      }
      assertEquals(List.of("000017 true", "000018 false", "000017 true"), streamed);
    }
  }

  @Test
  void certificatesAreCheckedAsSet() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.certification(GOOD, CertificationResult.CERTIFICATION_RESULT_EXPIRED)
          .certification(BAD, FakeError.of(ErrorReason.ERROR_REASON_UNKNOWN_SCHEME));
      CheckCertificationRequest good = CheckCertificationRequest.newBuilder().setSubject(GOOD.getRef()).build();
      CheckCertificationRequest bad = CheckCertificationRequest.newBuilder().setSubject(BAD.getRef()).build();
      CheckCertificationResponse answer = client.certifications().checkCertification(good);
      assertEquals(CertificationResult.CERTIFICATION_RESULT_EXPIRED, answer.getResult());
      assertEquals(CertificationResult.CERTIFICATION_RESULT_EXPIRED, answer.getCauses(0).getResult());
      ProbityException failed =
          assertThrows(ProbityException.class, () -> client.certifications().checkCertification(bad));
      assertEquals("UNKNOWN_SCHEME", failed.getReason());
      var results = client.certifications().batchCheckCertifications(BatchCheckCertificationsRequest.newBuilder()
          .addItems(BatchCheckItem.newBuilder().setRequest(good)).addItems(BatchCheckItem.newBuilder().setRequest(bad))
          .build()).getResultsList();
      assertEquals(answer, results.get(0).getResponse());
      assertEquals("UNKNOWN_SCHEME", results.get(1).getError().getReason());
      probity.certification(GOOD, CertificationResult.CERTIFICATION_RESULT_VALID);
      assertEquals(0, client.certifications().checkCertification(good).getCausesCount());
    }
  }

  @Test
  void aQuestionWithoutAnAnswerFailsTheTestAndSaysWhatToSet() {
    FakeProbity probity = FakeProbity.start();
    try (ProbityClient client = probity.client()) {
      ProbityException unset = refused(client, BAD);
      assertEquals(Status.Code.UNIMPLEMENTED, unset.getCode());
      assertTrue(unset.getServerMessage().contains("vendor 000018 of SAP-PRD"), unset::getServerMessage);
      assertThrows(ProbityException.class,
          () -> client.server().getServerInfo(GetServerInfoRequest.getDefaultInstance()));
      assertThrows(ProbityException.class, () -> client.certifications().checkCertification(
          CheckCertificationRequest.newBuilder().setSubject(GOOD.getRef()).build()));
    }
    String said = assertThrows(AssertionError.class, probity::close).getMessage();
    assertTrue(said.contains("screening(Requests.byVendor(\"SAP-PRD\", \"000018\"), FakeDecisions.clear())"), said);
    assertTrue(said.contains("the check of certificates of GB-COH 04830352; set it before it is asked: "
        + "certification(Requests.byIdentifier(\"GB-COH\", \"04830352\"), CertificationResult.CERTIFICATION_RESULT_VALID)"),
        said);
    assertTrue(said.contains("answer(ServerServiceGrpc.getGetServerInfoMethod(), request -> ...)"), said);
  }

  @Test
  void anAnswerThatThrowsSaysWhat() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.answer(ServerServiceGrpc.getGetServerInfoMethod(), request -> {
        throw new IllegalStateException("the test is wrong");
      });
      ProbityException failed = assertThrows(ProbityException.class,
          () -> client.server().getServerInfo(GetServerInfoRequest.getDefaultInstance()));
      assertTrue(failed.getServerMessage().contains("the test is wrong"), failed::getServerMessage);
    }
  }

  @Test
  void aTransportOfOnesOwnHasItsOwnCredentials() {
    try (FakeProbity probity = FakeProbity.start()) {
      for (Runnable wrong : List.<Runnable>of(() -> probity.clientBuilder().token("a-token"),
          () -> probity.clientBuilder().tls(dev.probity.client.TlsFiles.of(java.nio.file.Path.of("ca.pem"))))) {
        String said = assertThrows(ConfigurationException.class, wrong::run).getMessage();
        assertTrue(said.contains("say it to the transport"), said);
      }
    }
  }
}
