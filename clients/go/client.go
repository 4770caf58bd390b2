package probity

import (
	"os"

	"google.golang.org/grpc"

	"probity.dev/client/probityv1"
)

// A Client calls one server. It may be used by any number of goroutines; keep one for the life
// of the process. It connects with the first call, and again whenever the connection is lost.
//
// A call has the deadline of its context, or else the one that service_config.json gives its
// RPC; streams have none of their own. What may be sent again is, within the deadline: lookups,
// and what carries a request id, which is added where it lacks. Errors are [*Error].
type Client struct {
	Certifications probityv1.CertificationServiceClient
	Datasets       probityv1.DatasetServiceClient
	Policies       probityv1.PolicyServiceClient
	Portfolios     probityv1.PortfolioServiceClient
	Reviews        probityv1.ReviewServiceClient
	Risks          probityv1.RiskServiceClient
	Screening      probityv1.ScreeningServiceClient
	Server         probityv1.ServerServiceClient
	Suppliers      probityv1.SupplierServiceClient
	Vendors        probityv1.VendorServiceClient

	connection *grpc.ClientConn
	release    func()
}

// New makes a client of the server at address, "HOST:PORT". Nothing is sent yet: what cannot be
// used is a [*ConfigurationError], and whether the server is there shows with the first call.
func New(address string, options ...Option) (*Client, error) {
	given := &settings{notices: noticesByLog()}
	for _, option := range options {
		option(given)
	}
	dial, release, err := given.dialOptions(address)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(address, dial...)
	if err != nil {
		release()
		return nil, refuse("%s: %w", address, err)
	}
	client := of(connection)
	client.release = release
	return client, nil
}

// NewFromEnvironment goes by PROBITY_SERVER, PROBITY_CA, PROBITY_CERT, PROBITY_KEY,
// PROBITY_TOKEN and PROBITY_TOKEN_FILE, as the command line does. Further options are added.
func NewFromEnvironment(options ...Option) (*Client, error) {
	address := os.Getenv("PROBITY_SERVER")
	if address == "" {
		return nil, refuse("PROBITY_SERVER is not set: the server's HOST:PORT")
	}
	files := TLSFiles{CA: os.Getenv("PROBITY_CA"), Cert: os.Getenv("PROBITY_CERT"), Key: os.Getenv("PROBITY_KEY")}
	var found []Option
	if files != (TLSFiles{}) {
		found = append(found, WithTLSFiles(files))
	}
	if token := os.Getenv("PROBITY_TOKEN"); token != "" {
		found = append(found, WithToken(token))
	}
	if file := os.Getenv("PROBITY_TOKEN_FILE"); file != "" {
		found = append(found, WithTokenFile(file))
	}
	return New(address, append(found, options...)...)
}

// Close ends the connection, and calls that are under way.
func (c *Client) Close() error {
	c.release()
	return c.connection.Close()
}

func of(connection *grpc.ClientConn) *Client {
	return &Client{
		Certifications: probityv1.NewCertificationServiceClient(connection),
		Datasets:       probityv1.NewDatasetServiceClient(connection),
		Policies:       probityv1.NewPolicyServiceClient(connection),
		Portfolios:     probityv1.NewPortfolioServiceClient(connection),
		Reviews:        probityv1.NewReviewServiceClient(connection),
		Risks:          probityv1.NewRiskServiceClient(connection),
		Screening:      probityv1.NewScreeningServiceClient(connection),
		Server:         probityv1.NewServerServiceClient(connection),
		Suppliers:      probityv1.NewSupplierServiceClient(connection),
		Vendors:        probityv1.NewVendorServiceClient(connection),
		connection:     connection,
	}
}
