// Entries of one call, each of which may stand in it once.
#ifndef PROBITY_SERVICES_RPC_PLACES_H_
#define PROBITY_SERVICES_RPC_PLACES_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errors.h"

namespace probity::rpc {

// Keys of the call so far, with the first place of each.
class Places {
 public:
  // INVALID_ARGUMENT / INVALID_FIELD when the key stands in the call before `i`.
  absl::Status Take(const std::string& key, int i, absl::string_view list,
                    absl::string_view field) {
    const auto [at, is_new] = first_.emplace(key, i);
    if (is_new) return absl::OkStatus();
    return InvalidField(field, absl::StrCat("stands in this call twice: the entry of ", list, "[",
                                            at->second, "] was taken, this one was not"));
  }

 private:
  std::map<std::string, int> first_;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_PLACES_H_
