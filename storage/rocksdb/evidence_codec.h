// Keys of the evidence log. This comment is the format; docs/STORAGE_FORMAT.md
// tells what the rows mean. Integers and strings are those of key_codec.h;
// ~leaf is u64, all bits inverted, so that newer decisions stand first.
//
//   meta (RocksDB's default table)
//     'F'                        -> format u32 . log id 16 bytes . first public key 32 bytes
//     'H' size u64 . keys u32    -> LogHead, signed when `keys` rotations had been
//     'R' number u32             -> KeyRotation
//     'V' number u32             -> KeyRevocation
//     'T' size u64               -> TimestampedHead, without a proof
//     'C' number u32             -> LogContinuation
//   entries
//     leaf u64 . 0x00            -> DecisionSummary
//     leaf u64 . 0x01            -> DecisionBody
//     leaf u64 . 0x02            -> PersonalTexts; no row where there are none
//   nodes
//     leaf u64                   -> hashes of the perfect subtrees that this leaf
//                                   completes, 32 bytes each, its own first
//   index
//     'D' decision or act str                             -> leaf u64
//     'Q' authority str . request id str                  -> leaf u64
//     'L' authority str . kind u8 . value str . ~leaf     -> nothing
//     'R' revision u64                                    -> time u64, microseconds since
//                                   1970, of the newest decision that was made from it
//     'O' leaf u64                                        -> nothing: an act began there and
//                                   has not ended
//     'P' lineage str                                     -> revision u64: the newest of the
//                                   store of this lineage that was recorded as published
//
// Formats: 2 has decisions alone, 3 acts among them. A log has format 2 until the batch that
// brings its first act makes it one of format 3, so that an older release reads it up to there
// and refuses it from there on.
//
// Entries and nodes are written in order of key, so that RocksDB never has to
// write them a second time.
#ifndef PROBITY_STORAGE_ROCKSDB_EVIDENCE_CODEC_H_
#define PROBITY_STORAGE_ROCKSDB_EVIDENCE_CODEC_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "evidence/merkle.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage {

// The newest format that this code reads and writes.
inline constexpr uint32_t kEvidenceFormat = 3;
// That of a log without acts, the oldest that was released.
inline constexpr uint32_t kFormatWithoutActs = 2;

struct LogIdentity {
  uint32_t format = kFormatWithoutActs;
  std::string log_id;
  std::string first_public_key;
};
std::string EncodeIdentityKey();
std::string EncodeIdentity(const LogIdentity& identity);
// Reads the format of any release; the rest only of those that this one knows.
bool ParseIdentity(absl::string_view in, LogIdentity* identity);

std::string EncodeHeadKey(uint64_t tree_size, uint32_t rotations);
// What all heads have in front, and what stands behind all of them.
std::string HeadPrefix();
std::string HeadEnd();
std::string EncodeRotationKey(uint32_t number);
std::string EncodeRevocationKey(uint32_t number);
std::string EncodeContinuationKey(uint32_t number);
std::string EncodeTimestampKey(uint64_t tree_size);
// What all time stamps have in front, and what stands behind all of them.
std::string TimestampPrefix();
std::string TimestampEnd();

std::string EncodeSummaryKey(uint64_t leaf);
std::string EncodeBodyKey(uint64_t leaf);
std::string EncodeTextsKey(uint64_t leaf);

std::string EncodeLeaf(uint64_t leaf);
bool ParseLeaf(absl::string_view in, uint64_t* leaf);
// Where the hash of a perfect subtree stands.
struct NodePlace {
  uint64_t leaf = 0;  // whose row
  size_t offset = 0;  // bytes
};
NodePlace PlaceOf(evidence::NodeId node);

std::string EncodeDecisionKey(absl::string_view decision);
std::string EncodeRequestKey(absl::string_view authority, absl::string_view request_id);

enum class ListKind : uint8_t {
  kAll = 0,
  kVerdict = 1,
  kSubject = 2,
  kProcedure = 3,
  kRecord = 4,  // that it cites, or a supplier that it names
  kAct = 5,     // acts, which are in no other list
};
std::string ListPrefix(absl::string_view authority, ListKind kind, absl::string_view value);
std::string EncodeListKey(absl::string_view prefix, uint64_t leaf);
// The leaf of a key that starts with `prefix`; false for another key.
bool ParseListKey(absl::string_view prefix, absl::string_view in, uint64_t* leaf);
std::string VerdictValue(int32_t verdict);

// What rows of open acts have in front.
std::string OpenActPrefix();
std::string EncodeOpenActKey(uint64_t leaf);
bool ParseOpenActKey(absl::string_view in, uint64_t* leaf);

// Its value is EncodeLeaf() of the revision.
std::string EncodePublishedKey(absl::string_view lineage);

// What rows of revisions have in front.
std::string RevisionRowPrefix();
std::string EncodeRevisionRowKey(uint64_t revision);
bool ParseRevisionRowKey(absl::string_view in, uint64_t* revision);
std::string EncodeRevisionRowTime(int64_t time_us);
bool ParseRevisionRowTime(absl::string_view in, int64_t* time_us);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_EVIDENCE_CODEC_H_
