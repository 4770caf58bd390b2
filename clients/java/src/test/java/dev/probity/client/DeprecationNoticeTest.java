package dev.probity.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.client.testing.FakeDecisions;
import dev.probity.client.testing.FakeError;
import dev.probity.client.testing.FakeProbity;
import dev.probity.v1.DatasetServiceGrpc;
import dev.probity.v1.ExportDatasetRequest;
import dev.probity.v1.ExportDatasetResponse;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.StreamScreenSettings;
import io.grpc.Status;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names are told once in a process, so each test has its own. */
class DeprecationNoticeTest {
  private static final ScreenedSubject VENDOR = Requests.byVendor("SAP-PRD", "000017");
  private static final ScreenSupplierRequest REQUEST = ScreenSupplierRequest.newBuilder().setSubject(VENDOR).build();

  private final Logger logger = Logger.getLogger("dev.probity.client");
  private final List<LogRecord> told = new CopyOnWriteArrayList<>();
  private final Handler keeping = new Handler() {
    @Override
    public void publish(LogRecord record) {
      told.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listen() {
    logger.addHandler(keeping);
  }

  @AfterEach
  void leave() {
    logger.removeHandler(keeping);
  }

  private List<String> told() {
    return told.stream().map(record -> MessageFormat.format(record.getMessage(), record.getParameters())).toList();
  }

  @Test
  void eachNameIsToldOnce() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(VENDOR, FakeDecisions.clear()).deprecated("probity.v1.A.one", "probity.v1.A.two");
      client.screening().screenSupplier(REQUEST);
      client.screening().screenSupplier(REQUEST);
      probity.deprecated("probity.v1.A.two", "probity.v1.A.three");
      client.screening().screenSupplier(REQUEST);
      List<String> said = told();
      assertEquals(3, said.size(), said::toString);
      assertTrue(said.get(0).startsWith("probity.v1.A.one is deprecated"), said::toString);
      assertTrue(said.get(0).contains("probity.v1.ScreeningService/ScreenSupplier"), said::toString);
      assertTrue(said.get(2).startsWith("probity.v1.A.three is deprecated"), said::toString);
      assertEquals(Level.WARNING, told.get(0).getLevel());
    }
  }

  @Test
  void streamsTellItToo() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(VENDOR, FakeDecisions.clear()).deprecated("probity.v1.B.stream");
      StreamScreenSettings settings = StreamScreenSettings.getDefaultInstance();
      try (ScreeningStream stream = client.screenStream(settings, Requests.vendorItems("SAP-PRD", List.of("000017")))) {
        stream.forEach(answer -> assertTrue(Decisions.mayBuy(answer)));
      }
      probity.answerAll(DatasetServiceGrpc.getExportDatasetMethod(),
          request -> List.of(ExportDatasetResponse.getDefaultInstance())).deprecated("probity.v1.B.answers");
      assertEquals(1, client.datasets().exportDataset(ExportDatasetRequest.getDefaultInstance()).stream().count());
      List<String> said = told();
      assertEquals(2, said.size(), said::toString);
      assertTrue(said.get(0).startsWith("probity.v1.B.stream is deprecated"), said::toString);
      assertTrue(said.get(1).startsWith("probity.v1.B.answers is deprecated"), said::toString);
    }
  }

  @Test
  void callsThatFailTellItToo() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(VENDOR, FakeError.of(Status.Code.FAILED_PRECONDITION, "NO_ACTIVE_POLICY"))
          .deprecated("probity.v1.D.failed");
      assertThrows(ProbityException.class, () -> client.screening().screenSupplier(REQUEST));
      assertEquals(1, told().size(), () -> told().toString());
    }
  }

  @Test
  void nothingIsToldWithoutANotice() {
    try (FakeProbity probity = FakeProbity.start(); ProbityClient client = probity.client()) {
      probity.screening(VENDOR, FakeDecisions.clear());
      client.screening().screenSupplier(REQUEST);
      assertEquals(List.of(), told());
    }
  }
}
