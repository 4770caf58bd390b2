#include "index/merge.h"

#include "index/segment_builder.h"

namespace probity::index {

std::string Merge(const matching::Matcher& matcher,
                  absl::Span<const std::shared_ptr<const Segment>> inputs, const KeepRecord& keep) {
  SegmentBuilder builder(&matcher);
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (uint32_t record = 0; record < inputs[i]->record_count(); ++record) {
      const std::optional<uint32_t> to = keep(i, record);
      if (!to.has_value()) continue;
      IndexedRecord read = inputs[i]->Read(record);
      read.to_version = *to;
      builder.Add(read);
    }
  }
  return builder.Finish();
}

}  // namespace probity::index
