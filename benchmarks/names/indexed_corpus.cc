#include "benchmarks/names/indexed_corpus.h"

#include <time.h>

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchmarks/names/or_die.h"

namespace probity::benchmarks {
std::string KeyOf(uint32_t party) { return absl::StrCat("P", party); }

Party PartyOf(const Corpus& corpus, uint32_t number) {
  Party party;
  party.number = number;
  for (const PartyName& name : corpus.NamesOf(number)) {
    party.kind = name.person ? matching::Kind::kPerson : matching::Kind::kCompany;
    party.names.push_back(name.Text());
  }
  return party;
}

index::IndexedRecord RecordOf(const Party& party) {
  index::IndexedRecord record;
  record.dataset = kDataset;
  record.key = KeyOf(party.number);
  record.from_version = kVersion;
  record.kind = party.kind;
  for (const std::string& text : party.names) {
    index::IndexedName name;
    name.name = TheMatcher().Normalize(text, party.kind);
    name.ordinal = static_cast<uint8_t>(record.names.size());
    record.names.push_back(std::move(name));
  }
  return record;
}

void WriteOrDie(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  CheckOk(file.good() ? absl::OkStatus() : absl::UnknownError("cannot write " + path));
}

SegmentPtr MapOrDie(const std::string& path) { return OrDie(index::Segment::Map(path, true)); }

const matching::Matcher& TheMatcher() {
  static const auto* matcher =
      new matching::Matcher(OrDie(matching::Matcher::Load(PROBITY_SOURCE_TABLES)));
  return *matcher;
}

Searcher::Searcher(const std::vector<SegmentPtr>& segments, int min_score) : min_score_(min_score) {
  for (const SegmentPtr& segment : segments) views_.push_back({segment, nullptr, false});
  visibility_.Set(kDataset, kVersion);
}

index::Query Searcher::QueryFor(absl::string_view name) const {
  index::Query query;
  query.name = TheMatcher().Normalize(name, matching::Kind::kAny);
  query.min_score = min_score_;
  return query;
}

template <typename SearchFunction>
Asked Searcher::AskWith(SearchFunction search, absl::string_view name) const {
  Asked asked;
  const absl::Duration before = ThreadCpu();
  asked.result = search(TheMatcher(), views_, visibility_, QueryFor(name));
  asked.cpu = ThreadCpu() - before;
  return asked;
}

Asked Searcher::Ask(absl::string_view name) const { return AskWith(&index::Search, name); }

Asked Searcher::AskOracle(absl::string_view name) const {
  return AskWith(&index::SearchExhaustively, name);
}

absl::Duration ThreadCpu() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

}  // namespace probity::benchmarks
