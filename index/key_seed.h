// The hash of a key of each kind; for the two files that make keys.
#ifndef PROBITY_INDEX_KEY_SEED_H_
#define PROBITY_INDEX_KEY_SEED_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "index/key_table.h"

namespace probity::index {

// Keys of different kinds never meet.
enum Seed : uint64_t {
  kText = 1,
  kNative,
  kSounds,
  kLatinSkeleton,
  kLatinSkeletonLess,  // one consonant
  kOtherSkeleton,
  kOtherSkeletonLess,
  kJoined,
  kHyphened,
  kSpaced,
  kAcronym,
  kBeginnings
};

KeyHash Hash(Seed seed, absl::string_view bytes);

}  // namespace probity::index

#endif  // PROBITY_INDEX_KEY_SEED_H_
