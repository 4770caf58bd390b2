package dev.probity.client;

import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.UpsertVendorResult;
import dev.probity.v1.Vendor;
import io.grpc.Channel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.Map;

/**
 * Calls one server. It may be used by any number of threads; keep one for the life of the process. It connects with the
 * first call, and again whenever the connection is lost.
 *
 * <p>A call has the deadline of {@link #withTimeout}, or else that of {@link io.grpc.Context}, or else the one that
 * service_config.json gives its RPC; streams have none of their own. What may be sent again is, within the deadline: lookups,
 * and what carries a request id, which is added where it lacks. Errors are {@link ProbityException}; a thread that is
 * interrupted gets one with CANCELLED.
 */
public final class ProbityClient implements AutoCloseable {
  /** Of this client; the same as the server's that it was made with. */
  public static final String VERSION = "0.1.0";

  private final Connection connection;
  private final Calls calls;
  private final CertificationService certifications;
  private final DatasetService datasets;
  private final PolicyService policies;
  private final PortfolioService portfolios;
  private final ReviewService reviews;
  private final RiskService risks;
  private final ScreeningService screening;
  private final ServerService server;
  private final SupplierService suppliers;
  private final VendorService vendors;

  ProbityClient(Connection connection, Calls calls) {
    this.connection = connection;
    this.calls = calls;
    certifications = new CertificationService(calls);
    datasets = new DatasetService(calls);
    policies = new PolicyService(calls);
    portfolios = new PortfolioService(calls);
    reviews = new ReviewService(calls);
    risks = new RiskService(calls);
    screening = new ScreeningService(calls);
    server = new ServerService(calls);
    suppliers = new SupplierService(calls);
    vendors = new VendorService(calls);
  }

  /** Makes a client of the server at an address, "HOST:PORT". */
  public static ProbityClientBuilder builder(String address) {
    return new ProbityClientBuilder(address);
  }

  /**
   * Makes a client over a transport of the caller's own, such as {@code InProcessChannelBuilder}, which says itself where the
   * server is and what is encrypted. What this client needs of a channel is set on it.
   */
  public static ProbityClientBuilder builder(ManagedChannelBuilder<?> transport) {
    return new ProbityClientBuilder(transport);
  }

  /**
   * Goes by PROBITY_SERVER, PROBITY_CA, PROBITY_CERT, PROBITY_KEY, PROBITY_TOKEN and PROBITY_TOKEN_FILE, as the command line
   * does.
   */
  public static ProbityClientBuilder fromEnvironment() {
    return ProbityClientBuilder.from(System.getenv());
  }

  Calls calls() {
    return calls;
  }

  static ProbityClientBuilder fromEnvironment(Map<String, String> variables) {
    return ProbityClientBuilder.from(variables);
  }

  /** The same client, over the same connection, whose calls have this long. Closing either closes both. */
  public ProbityClient withTimeout(Duration timeout) {
    return new ProbityClient(connection, new Calls(calls.channel(), calls.target(), timeout, calls.sendsAgain()));
  }

  /** Certificates and audits. */
  public CertificationService certifications() {
    return certifications;
  }

  /** Datasets, loads and records. */
  public DatasetService datasets() {
    return datasets;
  }

  /** Policies. */
  public PolicyService policies() {
    return policies;
  }

  /** Portfolios and the watch. */
  public PortfolioService portfolios() {
    return portfolios;
  }

  /** Judgements, waivers and replies. */
  public ReviewService reviews() {
    return reviews;
  }

  /** Risk flags and commodity risks. */
  public RiskService risks() {
    return risks;
  }

  /** Decisions and their evidence. */
  public ScreeningService screening() {
    return screening;
  }

  /** The server itself. */
  public ServerService server() {
    return server;
  }

  /** Suppliers. */
  public SupplierService suppliers() {
    return suppliers;
  }

  /** Vendor numbers. */
  public VendorService vendors() {
    return vendors;
  }

  /**
   * Makes a stream of purchases; {@link Requests#vendorItems} are such items. The settings say what all of them share. Give a
   * stream_id to send the same run again from its first item, a resume_token to go on with one that was left.
   */
  public ScreeningStream screenStream(StreamScreenSettings settings, Iterable<BatchScreenItem> items) {
    return new ScreeningStream(calls, settings, items);
  }

  /**
   * Makes vendor numbers known, in as many calls as the server's limit asks for, and gives one result for each, in order.
   * Nothing is sent before the results are iterated. An entry that fails carries its own error
   * ({@link ProbityException#ofItem}). An error of a call, or of the source, is thrown; what was sent before is kept, and sent
   * again changes nothing.
   */
  public Iterable<UpsertVendorResult> registerVendors(Iterable<Vendor> vendors) {
    return () -> new VendorRegistration(this, vendors.iterator());
  }

  /**
   * The connection with the token, for stubs of {@code dev.probity.v1}, as asynchronous ones. Their calls have neither
   * deadlines nor request ids of this client's; {@link ProbityException#of(Throwable)} reads their errors.
   */
  public Channel channel() {
    return calls.channel();
  }

  /** Ends the connection, and calls that are under way. */
  @Override
  public void close() {
    connection.close();
  }
}
