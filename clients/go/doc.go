// Package probity asks a Probity server: may we buy this, from this supplier, today?
//
//	client, err := probity.New("probity.example.org:7443",
//		probity.WithTLSFiles(probity.TLSFiles{CA: "tls/ca.pem", Cert: "tls/erp.pem", Key: "tls/erp.key"}))
//
// Services are fields of a [Client]; messages and enums are those of the protos, in package
// probityv1, whose comments are the reference. Errors of calls are [*Error]. After an error
// nothing may be bought: ask [MayBuy].
package probity

// Version of this module; the same as the server's that it was made with.
const Version = "0.1.0"
