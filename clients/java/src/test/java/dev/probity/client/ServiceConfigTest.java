package dev.probity.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import dev.probity.v1.Permission;
import dev.probity.v1.PermissionOuterClass;
import io.grpc.MethodDescriptor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceConfigTest {
  private static boolean mayBeRepeated(Descriptors.MethodDescriptor rpc) {
    String name = rpc.getName();
    String permission = rpc.getOptions().getExtension(PermissionOuterClass.permission).name();
    boolean reads = permission.startsWith("PERMISSION_READ_") || permission.startsWith("PERMISSION_EXPORT_")
        || List.of("GetBackup", "ListBackups").contains(name); // Read by who makes them.
    boolean named = rpc.getInputType().findFieldByName("request_id") != null
        || name.equals("BatchScreenSuppliers"); // Its items are.
    return (reads || named) && !name.equals("StreamScreenSuppliers"); // Goes on by its resume token.
  }

  @Test
  void theServiceConfigSaysOfEveryRpcWhatItMust() {
    List<MethodDescriptor<Message, Message>> all = RpcMethods.all();
    assertTrue(all.size() >= 80);
    for (MethodDescriptor<?, ?> method : all) {
      Descriptors.MethodDescriptor rpc = RpcMethods.protoOf(method);
      ServiceConfig.Policy policy = ServiceConfig.of(method.getFullMethodName());
      assertEquals(mayBeRepeated(rpc), policy.attempts() > 1, rpc.getFullName());
      assertEquals(rpc.isServerStreaming(), policy.timeout() == null, rpc.getFullName());
    }
  }

  @Test
  void grpcLeavesDeadlinesAndBudgetsToThisLayer() {
    String config = new Gson().toJson(ServiceConfig.FOR_GRPC);
    for (String word : List.of("timeout", "RESOURCE_EXHAUSTED", "hedging")) {
      assertFalse(config.contains(word), word);
    }
    List<?> entries = (List<?>) ServiceConfig.FOR_GRPC.get("methodConfig");
    assertTrue(entries.stream().map(entry -> ((Map<?, ?>) entry).get("retryPolicy")).filter(retry -> retry != null
        && ((Map<?, ?>) retry).get("retryableStatusCodes").equals(List.of("UNAVAILABLE"))).count() >= 5);
  }

  @Test
  void everyRpcIsAMethodAndEveryListingAListing() throws Exception {
    int listings = 0;
    for (MethodDescriptor<Message, Message> method : RpcMethods.all()) {
      Descriptors.MethodDescriptor rpc = RpcMethods.protoOf(method);
      if (rpc.isClientStreaming()) { // ProbityClient.screenStream
        continue;
      }
      Class<?> service = Class.forName("dev.probity.client." + rpc.getService().getName());
      String name = Character.toLowerCase(rpc.getName().charAt(0)) + rpc.getName().substring(1);
      Method found = service.getMethod(name, RpcMethods.requestOf(method).getClass());
      boolean listing = rpc.getInputType().findFieldByName("page_token") != null;
      listings += listing ? 1 : 0;
      assertEquals(listing, found.getReturnType() == Listing.class, name);
      assertEquals(rpc.isServerStreaming(), found.getReturnType() == ResponseStream.class, name);
    }
    assertTrue(listings >= 15);
  }

  @Test
  void theVersionIsTheServers() throws Exception {
    String version = "VERSION " + ProbityClient.VERSION;
    assertTrue(Files.readString(Path.of("../../CMakeLists.txt")).contains("project(probity " + version));
    assertTrue(Files.readString(Path.of("pom.xml")).contains("<version>" + ProbityClient.VERSION + "</version>"));
    assertEquals(Permission.PERMISSION_SCREEN,
        RpcMethods.protoOf(RpcMethods.named("probity.v1.ScreeningService/ScreenSupplier")).getOptions()
            .getExtension(PermissionOuterClass.permission));
  }
}
