// One segment out of several.
#ifndef PROBITY_INDEX_MERGE_H_
#define PROBITY_INDEX_MERGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "index/segment.h"
#include "matching/matcher.h"

namespace probity::index {

// For record `record` of input `input`: nullopt leaves it out, else the
// to_version that it has in the output.
using KeepRecord = std::function<std::optional<uint32_t>(size_t input, uint32_t record)>;

// The bytes that a builder would give of the records that `keep` keeps. Reads
// one record at a time; holds the output and what the builder holds.
std::string Merge(const matching::Matcher& matcher,
                  absl::Span<const std::shared_ptr<const Segment>> inputs, const KeepRecord& keep);

}  // namespace probity::index

#endif  // PROBITY_INDEX_MERGE_H_
