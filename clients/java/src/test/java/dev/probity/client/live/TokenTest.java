package dev.probity.client.live;

import static dev.probity.client.live.LiveTest.refused;
import static dev.probity.client.live.LiveTest.says;
import static dev.probity.client.live.World.BAD;
import static dev.probity.client.live.World.named;
import static dev.probity.client.live.World.screen;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.client.Decisions;
import dev.probity.client.ProbityClient;
import dev.probity.client.ProbityClientBuilder;
import dev.probity.client.ProbityException;
import dev.probity.v1.GetServerInfoRequest;
import dev.probity.v1.ScreenSupplierResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenTest {
  private static final GetServerInfoRequest INFO = GetServerInfoRequest.getDefaultInstance();

  @Test
  void whoHasTheTokenIsKnownAndNobodyElse() throws Exception {
    try (World world = World.withTokens();
        ProbityClient client = ProbityClient.builder(world.address()).tokenFile(world.path("erp.token")).build()) {
      ScreenSupplierResponse answer = screen(client, named(BAD, ""));
      assertFalse(Decisions.mayBuy(answer));
      assertTrue(answer.getDecision().getName().startsWith("authorities/ministry/decisions/"));
      ProbityClientBuilder other =
          ProbityClient.builder(world.address()).token("token-of-somebody-else-who-is-not-known");
      for (ProbityClientBuilder builder : List.of(ProbityClient.builder(world.address()), other)) {
        try (ProbityClient stranger = builder.build()) {
          ProbityException failed = refused("UNAUTHENTICATED", () -> stranger.server().getServerInfo(INFO));
          says(failed.getUserMessage(), "does not know who is asking");
          assertFalse(failed.getMessage().contains("somebody-else"));
        }
      }
      world.write("erp.token", "of-nobody-that-is-known-here-1234\n"); // Read again for every call.
      refused("UNAUTHENTICATED", () -> client.server().getServerInfo(INFO));
    }
  }
}
