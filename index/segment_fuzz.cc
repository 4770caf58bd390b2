// Any bytes as a segment: refused, or read and searched within their bounds. The
// header is mended first, since its checksum would keep all else from being read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "index/merge.h"
#include "index/search.h"
#include "index/segment_builder.h"
#include "index/segment_tables.h"
#include "matching/matcher.h"

namespace {

using probity::index::SegmentTables;

const probity::matching::Matcher& TheMatcher() {
  static const auto* matcher = new probity::matching::Matcher(
      probity::matching::Matcher::FromTexts({"id,category,place,spellings\nltd,limited,end,Ltd\n",
                                             "word,class,spellings\ntrading,business,handel\n",
                                             "name,spellings\njohn,ivan|juan\n",
                                             "word,weight\ngroup,30\n"})
          .value());
  return *matcher;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  probity::index::MendHeader(&bytes);
  const auto segment = probity::index::Segment::FromBytes(std::move(bytes), false);
  if (!segment.ok()) return 0;
  const SegmentTables& tables = (*segment)->tables();
  constexpr uint32_t kMost = 64;
  for (uint32_t i = 0; i < std::min(kMost, tables.records.size()); ++i) {
    const auto info = (*segment)->record(i);
    (*segment)->Find(info.dataset, info.key);
    if (tables.names.size() < kMost) (*segment)->Read(i);
  }
  probity::index::Visibility all;
  for (uint32_t dataset = 0; dataset < 4; ++dataset) all.Set(dataset, 1);
  for (const char* name : {"Kestrel Trading Ltd", "J. Smith", "KTL", "Иван", "12"}) {
    probity::index::Query query;
    query.name = TheMatcher().Normalize(name, probity::matching::Kind::kAny);
    query.cost_limit = 100'000;
    const probity::index::SegmentView view{*segment, nullptr, false};
    probity::index::Search(TheMatcher(), {&view, 1}, all, query);
  }
  return 0;
}
