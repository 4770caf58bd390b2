#include "base/memory_limit.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/tables.h"

namespace probity {
namespace {

// One line of /proc/self/cgroup: where this process is in one hierarchy.
struct Place {
  bool version2 = false;
  std::string path;  // "/a/b"
};

// "4:cpu,memory:/a/b" of version 1, "0::/a/b" of version 2.
std::optional<Place> ParsePlace(absl::string_view line) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
  if (parts.size() != 3) return std::nullopt;
  if (parts[0] == "0" && parts[1].empty()) return Place{true, std::string(parts[2])};
  for (const absl::string_view controller : absl::StrSplit(parts[1], ',')) {
    if (controller == "memory") return Place{false, std::string(parts[2])};
  }
  return std::nullopt;
}

// A number of bytes; nullopt for "max", for no number and for no file.
std::optional<uint64_t> ReadBytes(const std::string& path) {
  const auto text = ReadFile(path);
  uint64_t bytes = 0;
  if (!text.ok() || !absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

std::optional<uint64_t> ReadMemTotal(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text.ok()) return std::nullopt;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    uint64_t kib = 0;
    if (!absl::ConsumePrefix(&line, "MemTotal:")) continue;
    line = absl::StripSuffix(absl::StripAsciiWhitespace(line), "kB");
    if (absl::SimpleAtoi(absl::StripAsciiWhitespace(line), &kib)) return kib * 1024;
  }
  return std::nullopt;
}

class Search {
 public:
  explicit Search(const std::string& root) : root_(root) {}

  // The limits of the group at `place` and of those above it.
  void Visit(const Place& place) {
    // Where both versions run, version 2 is mounted below "unified".
    const std::vector<std::string> mounts =
        place.version2 ? std::vector<std::string>{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}
                       : std::vector<std::string>{"/sys/fs/cgroup/memory"};
    const absl::string_view file = place.version2 ? "memory.max" : "memory.limit_in_bytes";
    for (const std::string& mount : mounts) {
      std::string folder = mount;
      Consider(absl::StrCat(folder, "/", file), &ReadBytes);
      for (const absl::string_view name : absl::StrSplit(place.path, '/', absl::SkipEmpty())) {
        absl::StrAppend(&folder, "/", name);
        Consider(absl::StrCat(folder, "/", file), &ReadBytes);
      }
    }
  }

  void Consider(const std::string& path, std::optional<uint64_t> (*read)(const std::string&)) {
    const std::optional<uint64_t> bytes = read(root_ + path);
    if (!bytes.has_value() || *bytes == 0) return;
    if (found_.bytes == 0 || *bytes < found_.bytes) found_ = {*bytes, path};
  }

  const MemoryLimit& found() const { return found_; }

 private:
  const std::string root_;
  MemoryLimit found_;
};

}  // namespace

MemoryLimit ReadMemoryLimit(const std::string& root) {
  Search search(root);
  search.Consider("/proc/meminfo", &ReadMemTotal);
  const auto groups = ReadFile(root + "/proc/self/cgroup");
  if (!groups.ok()) return search.found();
  for (const absl::string_view line : absl::StrSplit(*groups, '\n')) {
    if (const std::optional<Place> place = ParsePlace(line)) search.Visit(*place);
  }
  return search.found();
}

}  // namespace probity
