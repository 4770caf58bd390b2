#include "cli/source_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/files.h"
#include "cli/sha256.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

using Datasets = v1::DatasetService::Stub;

constexpr size_t kSha256Digits = 64;
// Bytes of a publisher's file of checksums.
constexpr uint64_t kMaxDigestBytes = uint64_t{1} << 20;
// Loads that are looked through for the one that the dataset was made from.
constexpr int kLoadsLookedAt = 100;

bool IsUrl(const std::string& location) {
  return absl::StartsWithIgnoreCase(location, "https://") ||
         absl::StartsWithIgnoreCase(location, "http://");
}

v1::Date DayOf(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

}  // namespace

SourceFile::~SourceFile() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

bool SourceFile::Get(bool may_be_unchanged, const std::string& mapping,
                     v1::CreateLoadRequest* create) {
  v1::GetDatasetRequest request;
  request.set_name(create->dataset());
  grpc::Status asked = patience_.Call(&Datasets::GetDataset, request, &dataset_);
  mapping_ = mapping;
  absl::Status got = asked.ok() ? ReadSource(create) : absl::OkStatus();
  KnownFile known;
  if (asked.ok() && got.ok() && may_be_unchanged && IsUrl(location_)) {
    asked = FindKnown(create->load().format(), &known);
  }
  if (asked.ok() && got.ok()) got = FetchFile(known, create);
  progress_.Clear();
  if (!asked.ok()) session_.Refused(asked);
  if (!got.ok()) SayWhy(got);
  return asked.ok() && got.ok();
}

absl::Status SourceFile::ReadSource(v1::CreateLoadRequest* create) {
  location_ = options_.url;
  sha256_location_ = options_.sha256_url;
  if (options_.from_source) {
    const v1::DatasetSource& source = dataset_.source();
    if (source.location().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(dataset_.name(),
                       " does not say where its files are; \"probity dataset update\" sets it"));
    }
    location_ = source.location();
    if (sha256_location_.empty()) sha256_location_ = source.sha256_location();
    if (mapping_.empty()) mapping_ = source.mapping();
    if (source.max_bytes() > 0) max_bytes_ = source.max_bytes();
    if (create->load().format().empty()) create->mutable_load()->set_format(source.format());
  }
  if (!options_.url.empty() || absl::StrContains(location_, "://")) {
    if (const auto host = HostOfUrl(location_); !host.ok()) return host.status();
  }
  if (options_.max_bytes > 0) max_bytes_ = options_.max_bytes;
  if (create->load().format().empty()) return absl::InvalidArgumentError("--format is required");
  if (mapping_.empty()) return absl::OkStatus();
  absl::StatusOr<std::string> path = FindMapping(mapping_);
  if (!path.ok()) return path.status();
  mapping_ = *std::move(path);
  return absl::OkStatus();
}

absl::Status SourceFile::MakeDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "probity-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return absl::ResourceExhaustedError(absl::StrCat(pattern, ": ", std::strerror(errno)));
  }
  directory_ = pattern;
  return absl::OkStatus();
}

absl::Status SourceFile::FetchFile(const KnownFile& known, v1::CreateLoadRequest* create) {
  v1::Load* const load = create->mutable_load();
  const absl::Time begun = absl::Now();
  if (absl::Status made = MakeDirectory(); !made.ok()) return made;
  FetchedFile file;
  if (IsUrl(location_)) {
    files_ = {absl::StrCat(directory_, "/", FileNameOfUrl(location_))};
    absl::StatusOr<FetchedFile> fetched = FetchTo(location_, known, max_bytes_, files_[0]);
    if (!fetched.ok()) return fetched.status();
    file = *std::move(fetched);
    if (file.bytes == 0 && !file.is_unchanged) {
      return absl::UnavailableError(absl::StrCat(location_, ": the file is empty"));
    }
  } else {
    files_ = {location_};
    absl::StatusOr<std::string> digest = Sha256OfFile(location_);
    if (!digest.ok()) return absl::UnavailableError(digest.status().message());
    file.sha256 = *std::move(digest);
  }
  if (file.is_unchanged) {
    files_.clear();
    mapping_.clear();
    load->set_mode(v1::LOAD_MODE_UNCHANGED);
  } else if (absl::Status right = CheckDigest(file); !right.ok()) {
    return right;
  }
  Complete(file, begun, load);
  return absl::OkStatus();
}

absl::StatusOr<FetchedFile> SourceFile::FetchTo(const std::string& url, const KnownFile& known,
                                                uint64_t max_bytes, const std::string& path) {
  FetchLimits limits;
  limits.ca_file = options_.ca_file;
  limits.allow_http = options_.allow_http;
  limits.max_bytes = max_bytes;
  for (const std::string& host : options_.hosts)
    limits.hosts.push_back(absl::AsciiStrToLower(host));
  for (const std::string& named : {location_, sha256_location_}) {
    if (auto host = HostOfUrl(named); host.ok()) limits.hosts.push_back(*std::move(host));
  }
  return Fetch(url, limits, known, path,
               [this](uint64_t now, uint64_t total) { progress_.Show("fetching", now, total); });
}

absl::Status SourceFile::CheckDigest(const FetchedFile& file) {
  absl::StatusOr<std::string> stated = StatedDigest();
  if (!stated.ok()) return stated.status();
  if (stated->empty() || *stated == file.sha256) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(location_, ": the file has the SHA-256 ", file.sha256,
                                          ", and not ", *stated, " as is stated for it"));
}

absl::StatusOr<std::string> SourceFile::StatedDigest() {
  if (!options_.sha256.empty() || sha256_location_.empty()) return options_.sha256;
  std::string path = sha256_location_;
  if (IsUrl(sha256_location_)) {
    path = absl::StrCat(directory_, "/.sha256");
    auto fetched = FetchTo(sha256_location_, {}, kMaxDigestBytes, path);
    if (!fetched.ok()) return fetched.status();
  }
  absl::StatusOr<std::string> text = ReadWhole(path);
  if (!text.ok()) return text.status();
  const std::string name = IsUrl(location_) ? FileNameOfUrl(location_)
                                            : std::filesystem::path(location_).filename().string();
  absl::StatusOr<std::string> digest = DigestIn(*text, name);
  if (digest.ok()) return digest;
  return absl::DataLossError(absl::StrCat(sha256_location_, ": ", digest.status().message()));
}

void SourceFile::Complete(const FetchedFile& file, absl::Time begun, v1::Load* load) const {
  load->set_source_location(location_);
  if (load->mode() == v1::LOAD_MODE_UNCHANGED) return;
  load->set_etag(file.etag);
  load->mutable_retrieved_at()->set_seconds(absl::ToUnixSeconds(begun));
  const bool needs_day = dataset_.absence() == v1::ABSENCE_MODE_DELISTED && !load->has_edition();
  if (!needs_day) return;
  const bool is_dated = file.last_modified > absl::InfinitePast();
  *load->mutable_edition() = DayOf(is_dated ? file.last_modified : begun);
}

// Whether what the dataset holds now was made by this load, from this address in this way.
bool SourceFile::IsMadeFrom(const v1::Load& load, const std::string& format) const {
  if (load.state() != v1::LOAD_STATE_COMMITTED || load.source_location() != location_ ||
      load.format() != format || load.files().empty()) {
    return false;
  }
  const auto& current = dataset_.current().sha256();
  std::string mapping;
  for (const v1::LoadFile& file : load.files()) {
    if (std::find(current.begin(), current.end(), file.sha256()) == current.end()) return false;
    if (file.role() == v1::FILE_ROLE_MAPPING) mapping = file.sha256();
  }
  const std::string now = mapping_.empty() ? "" : Sha256OfFile(mapping_).value_or("");
  return mapping == now && load.files_size() == current.size();
}

grpc::Status SourceFile::FindKnown(const std::string& format, KnownFile* known) const {
  v1::ListLoadsRequest request;
  request.set_dataset(dataset_.name());
  request.set_page_size(kLoadsLookedAt);
  v1::ListLoadsResponse response;
  const grpc::Status status = patience_.Call(&Datasets::ListLoads, request, &response);
  for (const v1::Load& load : response.loads()) {
    if (!IsMadeFrom(load, format)) continue;
    known->etag = load.etag();
    // By this machine's clock, which may differ from the publisher's.
    known->retrieved_at = absl::FromUnixSeconds(load.retrieved_at().seconds()) - absl::Hours(24);
    break;
  }
  return status;
}

void SourceFile::SayWhy(const absl::Status& status) const {
  if (status.code() == absl::StatusCode::kInvalidArgument) return session_.Usage(status);
  std::ostream& err = session_.console().err;
  err << "probity: " << status.message() << "\n  Nothing was published. ";
  if (dataset_.current().has_checked_at()) {
    err << dataset_.name() << " keeps the edition that it has, checked last at "
        << FormatTimestamp(dataset_.current().checked_at()) << ".\n";
  } else {
    err << dataset_.name() << " has no edition yet.\n";
  }
  session_.Finish(status.code() == absl::StatusCode::kCancelled ? kExitInterrupted : kExitRefused);
}

absl::StatusOr<std::string> DigestIn(absl::string_view text, absl::string_view file_name) {
  std::set<std::string> all;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r*=()"), absl::SkipEmpty());
    const bool names_it = std::find(words.begin(), words.end(), file_name) != words.end();
    for (const absl::string_view word : words) {
      const bool is_digest = word.size() == kSha256Digits &&
                             std::all_of(word.begin(), word.end(), absl::ascii_isxdigit);
      if (!is_digest) continue;
      if (names_it) return absl::AsciiStrToLower(word);
      all.insert(absl::AsciiStrToLower(word));
    }
  }
  if (all.size() == 1) return *all.begin();
  return absl::InvalidArgumentError(absl::StrCat("it states ", all.empty() ? "no" : "several",
                                                 " SHA-256, and none for ", file_name));
}

absl::StatusOr<std::string> FindMapping(const std::string& name) {
  const std::string shipped = absl::StrCat("data/mappings/", name, ".textproto");
  for (const std::string& path : {name, shipped}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": there is no such mapping, neither as a file nor as ", shipped));
}

}  // namespace probity::cli
