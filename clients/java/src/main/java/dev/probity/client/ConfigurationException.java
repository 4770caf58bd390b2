package dev.probity.client;

/** An address, file or token that no connection can be made of. The message names it. */
public final class ConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  ConfigurationException(String message) {
    super(message);
  }

  ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
