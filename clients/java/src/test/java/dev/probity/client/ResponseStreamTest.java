package dev.probity.client;

import static dev.probity.client.FakeServer.reason;
import static dev.probity.client.FakeServer.refusal;
import static dev.probity.client.FakeServer.serve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.probity.v1.ExportDatasetRequest;
import dev.probity.v1.ExportDatasetResponse;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
  private static final ExportDatasetRequest REQUEST = ExportDatasetRequest.getDefaultInstance();

  @Test
  void answersAreIteratedOnce() throws Exception {
    try (FakeServer fake = serve(ExportDatasetResponse.getDefaultInstance()); ProbityClient client = fake.client();
        ResponseStream<ExportDatasetResponse> stream = client.datasets().exportDataset(REQUEST)) {
      assertEquals(1, stream.stream().count());
      assertThrows(IllegalStateException.class, stream::iterator);
      assertEquals(-1, fake.calls.get(0).leftMillis()); // It has no deadline.
    }
  }

  @Test
  void anErrorIsTheClientsOwn() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.NOT_FOUND, "none", reason("DATASET_NOT_FOUND")));
        ProbityClient client = fake.client()) {
      Iterator<ExportDatasetResponse> answers = client.datasets().exportDataset(REQUEST).iterator();
      ProbityException failed = assertThrows(ProbityException.class, answers::next);
      assertEquals("DATASET_NOT_FOUND", failed.getReason());
      assertEquals("DatasetService/ExportDataset", failed.getMethod());
    }
  }

  @Test
  void whatIsNotThereAtFirstIsAskedForAgain() throws Exception {
    try (FakeServer fake = serve(refusal(Status.Code.UNAVAILABLE, "drained"), ExportDatasetResponse.getDefaultInstance());
        ProbityClient client = fake.client()) {
      assertEquals(1, client.datasets().exportDataset(REQUEST).stream().count());
      assertEquals(2, fake.calls.size());
    }
  }

  @Test
  void aClosedOneGivesNoMore() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        ProbityClient client = ProbityClient.builder("127.0.0.1:" + silent.getLocalPort()).build()) {
      ResponseStream<ExportDatasetResponse> stream = client.datasets().exportDataset(REQUEST);
      stream.close();
      assertEquals(Status.Code.CANCELLED, assertThrows(ProbityException.class, stream.iterator()::next).getCode());
    }
  }
}
