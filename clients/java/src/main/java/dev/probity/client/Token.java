package dev.probity.client;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Says who calls, for every call anew, as tokens end. */
final class Token extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  // Visible ASCII, which is all that HTTP/2 takes in a header.
  private static final Pattern FORM = Pattern.compile("[!-~]+");

  private final Supplier<String> source;

  Token(Supplier<String> source) {
    this.source = source;
  }

  static Supplier<String> inFile(Path path) {
    return () -> {
      try {
        return Files.readString(path).strip();
      } catch (IOException unreadable) {
        throw new UncheckedIOException("the token's file cannot be read: " + unreadable, unreadable);
      }
    };
  }

  /** The header. Its fault does not show the token. */
  String header() {
    String token = source.get();
    if (token == null || !FORM.matcher(token).matches()) {
      throw new ConfigurationException("the token is empty, or has a space, line break or letter beyond ASCII");
    }
    return "Bearer " + token;
  }

  @Override
  public void applyRequestMetadata(RequestInfo about, Executor executor, MetadataApplier applier) {
    executor.execute(() -> {
      Metadata headers = new Metadata();
      try {
        headers.put(AUTHORIZATION, header());
      } catch (RuntimeException absent) {
        applier.fail(Status.UNAUTHENTICATED.withDescription(absent.getMessage()).withCause(absent));
        return;
      }
      applier.apply(headers);
    });
  }
}
