package dev.probity.client.testing;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/** What answers an RPC that no test has set, whatever its messages are. */
final class UnsetMethod {
  private UnsetMethod() {}

  /** By "probity.v1.ServerService/GetServerInfo". {@code failed} makes the error of the call. */
  static ServerMethodDefinition<?, ?> of(String method, UnaryOperator<RuntimeException> failed) {
    MethodDescriptor<byte[], byte[]> any = MethodDescriptor.newBuilder(new Bytes(), new Bytes()).setFullMethodName(method)
        .setType(MethodDescriptor.MethodType.UNKNOWN).build();
    return ServerMethodDefinition.create(any, (call, headers) -> {
      String name = method.replace("probity.v1.", "");
      String[] names = name.split("/", 2);
      call.close(Status.fromThrowable(failed.apply(new NotSetException(name,
          "answer(%sGrpc.get%sMethod(), request -> ...)".formatted(names[0], names[names.length - 1])))), new Metadata());
      return new ServerCall.Listener<>() { };
    });
  }

  /** Requests that nobody reads. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }
}
