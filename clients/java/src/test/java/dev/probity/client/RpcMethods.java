package dev.probity.client;

import com.google.protobuf.Message;
import dev.probity.v1.CertificationServiceGrpc;
import dev.probity.v1.DatasetServiceGrpc;
import dev.probity.v1.PolicyServiceGrpc;
import dev.probity.v1.PortfolioServiceGrpc;
import dev.probity.v1.ReviewServiceGrpc;
import dev.probity.v1.RiskServiceGrpc;
import dev.probity.v1.ScreeningServiceGrpc;
import dev.probity.v1.ServerServiceGrpc;
import dev.probity.v1.SupplierServiceGrpc;
import dev.probity.v1.VendorServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;

/** All RPCs of the API, for tests that go over them. */
public final class RpcMethods {
  /** All services. */
  public static final List<ServiceDescriptor> SERVICES = List.of(CertificationServiceGrpc.getServiceDescriptor(),
      DatasetServiceGrpc.getServiceDescriptor(), PolicyServiceGrpc.getServiceDescriptor(),
      PortfolioServiceGrpc.getServiceDescriptor(), ReviewServiceGrpc.getServiceDescriptor(),
      RiskServiceGrpc.getServiceDescriptor(), ScreeningServiceGrpc.getServiceDescriptor(),
      ServerServiceGrpc.getServiceDescriptor(), SupplierServiceGrpc.getServiceDescriptor(),
      VendorServiceGrpc.getServiceDescriptor());

  private RpcMethods() {}

  /** By "probity.v1.ScreeningService/ScreenSupplier". */
  public static MethodDescriptor<Message, Message> named(String path) {
    return all().stream().filter(method -> method.getFullMethodName().equals(path)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no method is named " + path));
  }

  /** All of them. */
  @SuppressWarnings("unchecked") // Requests and answers are messages.
  public static List<MethodDescriptor<Message, Message>> all() {
    return SERVICES.stream().flatMap(service -> service.getMethods().stream())
        .map(method -> (MethodDescriptor<Message, Message>) (MethodDescriptor<?, ?>) method).toList();
  }

  /** An empty request of a method. */
  public static Message requestOf(MethodDescriptor<Message, Message> method) {
    return (Message) ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
  }

  /** What the protos say of a method. */
  public static com.google.protobuf.Descriptors.MethodDescriptor protoOf(MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor();
  }

  /** Calls as the methods of the services do. */
  public static Message call(ProbityClient client, MethodDescriptor<Message, Message> method, Message request) {
    return client.calls().unary(method, request);
  }
}
