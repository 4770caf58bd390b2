// Records to the bytes of one segment.
#ifndef PROBITY_INDEX_SEGMENT_BUILDER_H_
#define PROBITY_INDEX_SEGMENT_BUILDER_H_

#include <memory>
#include <string>

#include "index/record.h"
#include "matching/matcher.h"

namespace probity::index {

// Takes records in any order and holds them packed, about half of what the
// finished segment takes. The same records give the same bytes, whatever their
// order, unless two share dataset, key and from_version. Offsets have 32 bits,
// which is enough for some 100 million names. Not thread-safe.
class SegmentBuilder {
 public:
  // `matcher` made the names; borrowed for the builder's life.
  explicit SegmentBuilder(const matching::Matcher* matcher);
  ~SegmentBuilder();
  SegmentBuilder(SegmentBuilder&&) noexcept;

  // Names without tokens are kept, but no search finds them.
  void Add(const IndexedRecord& record);

  // The segment's bytes with their checksum; the builder is empty afterwards.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_SEGMENT_BUILDER_H_
