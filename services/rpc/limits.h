// Limits of requests, in one place. GetServerInfo publishes those that a client
// has to know.
#ifndef PROBITY_SERVICES_RPC_LIMITS_H_
#define PROBITY_SERVICES_RPC_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace probity::rpc {

// Bytes of one request: a chunk of UploadChunk, or 1,000 names of excluded
// suppliers, with room to spare.
inline constexpr int kMaxRequestBytes = 4 << 20;
// Bytes of a call's metadata: a token of 8 KiB, trace headers, and what proxies add.
inline constexpr int kMaxMetadataBytes = 16 << 10;
// Calls at a time over one connection; a client's next ones wait on its side. So a client
// that opens and cancels calls as fast as it can has no more than these.
inline constexpr int kMaxCallsOfConnection = 256;
// Least seconds between two pings of a client that sends nothing else; proxies close what
// is silent for a minute or so, and clients of the watch ping before that.
inline constexpr uint32_t kPingSeconds = 10;
// Pings sooner than that before the connection is closed (ENHANCE_YOUR_CALM).
inline constexpr int kMaxPingStrikes = 2;
// Seconds of silence after which the server pings, and for the answer: streams of a
// machine that is gone end within these.
inline constexpr uint32_t kKeepaliveSeconds = 60;
inline constexpr uint32_t kKeepaliveTimeoutSeconds = 20;
// Seconds that calls have from a connection's end of age on: a stream of 100,000
// purchases by name takes one or two minutes, on a slow machine some more.
inline constexpr uint32_t kConnectionGraceSeconds = 600;
// Threads of services that gRPC brings along and that need one a call: who holds them all
// keeps out others who ask the same, and nobody else.
inline constexpr int kMaxSyncThreads = 32;
// Bytes of one chunk of UploadChunk.
inline constexpr size_t kMaxChunkBytes = 1 << 20;

// Items of BatchLookupSuppliers: an answer of 1,000 suppliers of 2 KiB stays
// below the 4 MiB that clients accept by default.
inline constexpr int kMaxBatchLookup = 1000;
// Items of BatchCheckCertifications: each looks at up to 20 certificates.
inline constexpr int kMaxBatchCheck = 100;

// Decisions that VerifyBackup derives again: some minutes.
inline constexpr int kMaxVerifiedDecisions = 10000;

// Items of BatchScreenSuppliers: each searches names and gathers facts.
inline constexpr int kMaxBatchScreen = 100;
// Items of one StreamScreenSuppliers that are on their way: enough that two cores
// stay busy while a group of the evidence log is synced, and that it fills.
inline constexpr size_t kMaxStreamScreenInFlight = 256;
// Bytes of their requests from which no more are read.
inline constexpr size_t kMaxStreamScreenBytes = 8 << 20;
// Results from one resume token to the next.
inline constexpr uint64_t kStreamScreenResumeEvery = 100;
// Bytes of a stream's id: with "/" and a place it is a request id.
inline constexpr size_t kMaxStreamIdBytes = 64;

// Entries of BatchUpsertVendors: they fit a request with names of 1,000 bytes.
inline constexpr int kMaxBatchVendors = 1000;
// Judgements of BatchCreateJudgements: they fit a request with reasons of 1,000 bytes
// and names of 1,000.
inline constexpr int kMaxBatchJudgements = 1000;
// Members of BatchPutMembers and RemoveMembers: they fit a request with names and
// addresses of 1,000 bytes.
inline constexpr int kMaxBatchMembers = 1000;
// Bytes of a portfolio's title.
inline constexpr size_t kMaxTitleBytes = 200;
// Events that a stream of the watch holds while its client reads: what it has in
// memory, whatever waits behind them.
inline constexpr size_t kWatchPage = 100;
// Bytes of a request id that is not a UUID.
inline constexpr size_t kMaxRequestIdBytes = 128;

// Bytes of a correlation id, echoed in every item.
inline constexpr size_t kMaxCorrelationIdBytes = 128;

// Entries on a page of a listing, and without a wish.
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultPageSize = 100;
// Hits on a page of a search, and without a wish.
inline constexpr int kMaxSearchPageSize = 100;
inline constexpr int kDefaultSearchPageSize = 10;

// Bytes of a note for the audit trail.
inline constexpr size_t kMaxNoteBytes = 1000;
// Digests and paths of one ErasePersonalTexts: more than a decision has texts.
inline constexpr int kMaxErasures = 1000;
// Bytes of a file's name.
inline constexpr size_t kMaxFileNameBytes = 255;
// Columns that a dataset may require of its files.
inline constexpr int kMaxRequiredColumns = 100;
// Files of one load.
inline constexpr int kMaxFilesOfLoad = 64;

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_LIMITS_H_
