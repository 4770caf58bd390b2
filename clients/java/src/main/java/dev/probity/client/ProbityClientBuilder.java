package dev.probity.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says how a {@link ProbityClient} connects. Without anything, nothing is encrypted and nobody is named, which a server takes
 * on its own machine alone.
 */
public final class ProbityClientBuilder {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:dns:///)?(\\[[0-9A-Fa-f:.%]+\\]|[^\\s:/\\[\\]]+):([0-9]{1,5})");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1\\]|127\\.[0-9.]+");

  private final String address; // null: the transport has it
  private final ManagedChannelBuilder<?> transport; // null: this class makes it
  private TlsFiles files;
  private ChannelCredentials credentials;
  private Supplier<String> token;
  private boolean sendsAgain = true;
  private Consumer<ManagedChannelBuilder<?>> more = channel -> { };

  ProbityClientBuilder(String address) {
    this.address = address;
    this.transport = null;
  }

  ProbityClientBuilder(ManagedChannelBuilder<?> transport) {
    this.address = null;
    this.transport = Objects.requireNonNull(transport);
  }

  static ProbityClientBuilder from(Map<String, String> variables) {
    String address = variables.getOrDefault("PROBITY_SERVER", "");
    if (address.isEmpty()) {
      throw new ConfigurationException("PROBITY_SERVER is not set: the server's HOST:PORT");
    }
    ProbityClientBuilder made = new ProbityClientBuilder(address);
    Path cert = path(variables, "PROBITY_CERT");
    Path key = path(variables, "PROBITY_KEY");
    Path ca = path(variables, "PROBITY_CA");
    if (ca == null && (cert != null || key != null)) {
      throw new ConfigurationException("PROBITY_CERT and PROBITY_KEY need PROBITY_CA");
    }
    if (ca != null) {
      made.tls(new TlsFiles(ca, cert, key));
    }
    if (!variables.getOrDefault("PROBITY_TOKEN", "").isEmpty()) {
      made.token(variables.get("PROBITY_TOKEN"));
    }
    return path(variables, "PROBITY_TOKEN_FILE") == null ? made : made.tokenFile(path(variables, "PROBITY_TOKEN_FILE"));
  }

  private static Path path(Map<String, String> variables, String name) {
    String value = variables.getOrDefault(name, "");
    return value.isEmpty() ? null : Path.of(value);
  }

  /** Encrypts, and shows the caller's certificate where there is one. */
  public ProbityClientBuilder tls(TlsFiles files) {
    refuseTwoWays();
    this.files = Objects.requireNonNull(files);
    return this;
  }

  /** Encrypts by credentials of the caller's, for keys that are in no file: {@code TlsChannelCredentials}. */
  public ProbityClientBuilder tls(ChannelCredentials credentials) {
    refuseTwoWays();
    if (credentials instanceof InsecureChannelCredentials) {
      throw new ConfigurationException("tls: these credentials encrypt nothing; leave them away");
    }
    this.credentials = Objects.requireNonNull(credentials);
    return this;
  }

  private void refuseTwoWays() {
    refuseOwnTransport("tls");
    if (files != null || credentials != null) {
      throw new ConfigurationException("give tls once");
    }
  }

  /** Nothing is known of what such a transport encrypts, and where it leads. */
  private void refuseOwnTransport(String option) {
    if (transport != null) {
      throw new ConfigurationException(option + ": say it to the transport that you give, not here");
    }
  }

  /** Names the caller by a token. It is never sent to another machine in the clear. */
  public ProbityClientBuilder token(String token) {
    return tokenSource(() -> token);
  }

  /** {@link #token} with one that stands in a file, read again for every call. */
  public ProbityClientBuilder tokenFile(Path path) {
    return tokenSource(Token.inFile(path));
  }

  /** {@link #token} with a source that is asked for every call, and by {@link #build}. */
  public ProbityClientBuilder tokenSource(Supplier<String> source) {
    refuseOwnTransport("token");
    if (token != null) {
      throw new ConfigurationException("give one of token, tokenFile and tokenSource, once");
    }
    token = Objects.requireNonNull(source);
    return this;
  }

  /** Sends each call once, for callers who have their own way of asking again. */
  public ProbityClientBuilder withoutRetries() {
    sendsAgain = false;
    return this;
  }

  /** Sets what else gRPC's channel has, behind what this class sets. */
  public ProbityClientBuilder configure(Consumer<ManagedChannelBuilder<?>> channel) {
    more = more.andThen(channel);
    return this;
  }

  /**
   * Checks all that was given. Nothing is sent yet: what cannot be used is a {@link ConfigurationException}, and whether the
   * server is there shows with the first call.
   */
  public ProbityClient build() {
    if (transport != null) {
      Connection connection = Connection.open(transport, null, this::setRest);
      return new ProbityClient(connection, new Calls(connection.channel(null), connection.authority(), null, sendsAgain));
    }
    boolean local = LOOPBACK.matcher(host()).matches();
    Token checked = checkedToken(local);
    RenewedCertificates renewed = files == null ? null : new RenewedCertificates(files);
    ChannelCredentials used = renewed != null ? renewed.credentials()
        : credentials != null ? credentials : InsecureChannelCredentials.create();
    Connection connection = Connection.open(Grpc.newChannelBuilder(address, used), renewed, channel -> {
      if (local) { // A proxy would hear what is said in the clear, and asks its own machine.
        channel.proxyDetector(target -> null);
      }
      setRest(channel);
    });
    return new ProbityClient(connection, new Calls(connection.channel(checked), address, null, sendsAgain));
  }

  private void setRest(ManagedChannelBuilder<?> channel) {
    if (!sendsAgain) {
      channel.disableRetry();
    }
    more.accept(channel);
  }

  private String host() {
    Matcher found = ADDRESS.matcher(address == null ? "" : address);
    if (found.matches()) {
      int port = Integer.parseInt(found.group(2));
      if (port > 0 && port < 65536) {
        return found.group(1);
      }
    }
    throw new ConfigurationException(
        "address: \"" + address + "\" is not HOST:PORT, such as probity.example.org:7443 or [::1]:7443");
  }

  private Token checkedToken(boolean local) {
    if (token == null) {
      return null;
    }
    if (files == null && credentials == null && !local) {
      throw new ConfigurationException(
          "a token is not sent to " + address + " in the clear, where others could take it; give tls");
    }
    Token checked = new Token(token);
    try {
      checked.header(); // Here, so that a fault shows at once.
    } catch (ConfigurationException wrong) {
      throw wrong;
    } catch (RuntimeException absent) {
      throw new ConfigurationException(absent.getMessage(), absent);
    }
    return checked;
  }
}
