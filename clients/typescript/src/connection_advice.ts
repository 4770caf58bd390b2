const CERTIFICATE_OF_CALLER =
  "If the server asks for a client certificate, check that yours is of the right authority, has " +
  "not ended and was not revoked; if it speaks TLS, give `ca`.";

/** What Node or gRPC says when a connection fails, and what to look at. The first that fits. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /certificate has expired/,
    "The server's certificate has ended, or this machine's clock is ahead; tell the operator.",
  ],
  [
    /not yet valid/,
    "The server's certificate is not valid yet, or this machine's clock is behind.",
  ],
  [/altnames|hostname\/ip/, "The server's certificate has another name than this address."],
  [
    /unable to (verify|get)|self[- ]signed|signature failure/,
    "The server's certificate does not lead to the authority in `ca`; check the file, or tell " +
      "the server's operator.",
  ],
  [/wrong version number|packet length/, "The server does not speak TLS on this port."],
  [/econnrefused/, "No server listens there; check address and port."],
  [/enotfound|name resolution|eai_again/, "The name in the address is not known; check it."],
];

export function connectionAdvice(said: string): string {
  const text = said.toLowerCase();
  return HINTS.find(([sign]) => sign.test(text))?.[1] ?? CERTIFICATE_OF_CALLER;
}
