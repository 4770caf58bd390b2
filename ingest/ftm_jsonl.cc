// FollowTheMoney entities, one a line, in two readings: an entity may refer to one that
// comes later.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "ingest/formats.h"
#include "ingest/ftm.h"

namespace probity::ingest {
namespace ftm {
namespace {

// Bytes of all addresses of a load, which are held in memory.
constexpr size_t kMaxAddressBytes = size_t{256} << 20;

absl::Status TooManyAddresses(const Row& row) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_LIMIT_EXCEEDED,
      absl::StrCat(row.file_name, ":", row.line, ": the addresses up to here have ", "more than ",
                   kMaxAddressBytes, " bytes; split the file by the parties that they belong to"),
      {{"file", std::string(row.file_name)}, {"line", absl::StrCat(row.line)}});
}

}  // namespace

bool Entity::IsNested() const {
  if (!properties_.is_object()) return false;
  for (const Json& property : properties_) {
    for (const Json* value : ValuesOf(property)) {
      if (value->is_object()) return true;
    }
  }
  return false;
}

std::vector<std::string> Entity::All(const char* property) const {
  std::vector<std::string> texts;
  for (const Json* value : Values(properties_, property)) {
    std::string text = TextOf(*value);
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

std::string Entity::First(const char* property) const {
  const std::vector<std::string> all = All(property);
  return all.empty() ? std::string() : all.front();
}

std::string Entity::Only(const char* property) const {
  const std::vector<std::string> all = All(property);
  for (const std::string& one : all) {
    if (one != all.front()) return "";
  }
  return all.empty() ? std::string() : all.front();
}

absl::Status References::Take(const Row& row, const Entity& entity) {
  if (entity.schema() == "Sanction") {
    for (std::string& id : entity.All("entity")) sanctioned_.insert(std::move(id));
  }
  if (entity.schema() != "Address") return absl::OkStatus();
  std::string bytes = Read(entity).SerializeAsString();
  held_ += bytes.size() + entity.id().size();
  if (held_ > kMaxAddressBytes) return TooManyAddresses(row);
  addresses_[entity.id()] = std::move(bytes);
  return absl::OkStatus();
}

bool References::FindAddress(const std::string& id, v1::Address* address) const {
  const auto found = addresses_.find(id);
  return found != addresses_.end() && address->ParseFromString(found->second);
}

std::string References::CountryOf(const std::string& code) const {
  std::string upper = absl::AsciiStrToUpper(code);
  return tables_.countries.IsCountryOrSubdivision(upper) ? upper : std::string();
}

v1::Address References::Read(const Entity& entity) const {
  v1::Address address;
  for (const char* line : {"postOfficeBox", "street", "street2", "street3"}) {
    for (std::string& text : entity.All(line)) address.add_lines(std::move(text));
  }
  const std::string full = entity.First("full");
  if (address.lines().empty() && !full.empty()) address.add_lines(full);
  address.set_city(entity.First("city"));
  address.set_region(entity.First("region"));
  if (address.region().empty()) address.set_region(entity.First("state"));
  address.set_postal_code(entity.First("postalCode"));
  address.set_country(CountryOf(entity.First("country")));
  return address;
}

}  // namespace ftm

absl::Status ReadFtmJsonl(const Tables& tables, const Files& files, RowSink* sink) {
  ftm::References references(tables);
  FirstReading first(sink);
  for (const InputFile& file : files) {
    absl::Status noted = ForEachLine(file, &first, [&](const Row& row) {
      const bool is_needed =
          absl::StrContains(row.raw, "\"Address\"") || absl::StrContains(row.raw, "\"Sanction\"");
      if (!is_needed) return absl::OkStatus();
      const absl::StatusOr<Json> value = ParseJson(row.raw);
      return value.ok() ? references.Take(row, ftm::Entity(*value)) : absl::OkStatus();
    });
    if (!noted.ok()) return noted;
  }
  for (const InputFile& file : files) {
    absl::Status read = ftm::ReadEntities(tables, references, file, sink);
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
