package dev.probity.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** Certificates as the files have them now, or had them when they were last good. */
final class RenewedCertificates {
  private final TlsFiles files;
  private final AdvancedTlsX509TrustManager trust;
  private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
  private List<Object> seen;

  RenewedCertificates(TlsFiles files) {
    this.files = files;
    TlsFileCheck.check(files);
    try {
      trust = AdvancedTlsX509TrustManager.newBuilder()
          .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION).build();
      seen = state();
      read();
    } catch (IOException | GeneralSecurityException unusable) {
      throw new ConfigurationException("the TLS files cannot be used: " + unusable, unusable);
    }
  }

  ChannelCredentials credentials() {
    TlsChannelCredentials.Builder made = TlsChannelCredentials.newBuilder().trustManager(trust);
    return (files.cert() == null ? made : made.keyManager(own)).build();
  }

  /** Takes files that were changed. What cannot be used leaves what was there; it is tried again. */
  void look() {
    try {
      List<Object> now = state();
      if (!now.equals(seen)) {
        TlsFileCheck.check(files);
        read();
        seen = now;
      }
    } catch (IOException | GeneralSecurityException | ConfigurationException halfWritten) {
      // The next look, some seconds later, may find them whole.
    }
  }

  private void read() throws IOException, GeneralSecurityException {
    trust.updateTrustCredentials(files.ca().toFile());
    if (files.cert() != null) {
      own.updateIdentityCredentials(files.cert().toFile(), files.key().toFile());
    }
  }

  /** What tells two versions of the files apart. */
  private List<Object> state() throws IOException {
    List<Object> all = new ArrayList<>();
    for (Path path : files.cert() == null ? List.of(files.ca()) : List.of(files.ca(), files.cert(), files.key())) {
      all.add(Files.getLastModifiedTime(path));
      all.add(Files.size(path));
      all.add(path.toRealPath());
    }
    return all;
  }
}
