// A normalised name as bytes, for indexes. The layout is tied to the tables of
// one matcher version: ids of words and forms mean nothing without them.
//
//   name    = kind:u8 flags:u8 forms:n8 form:u16le… initials:text8 tokens:n8 token…
//   token   = class:u8 reading+flags:u8 weight:u8 concept:u16le text:text8 native:text8
//   text8   = length:u8 bytes
#ifndef PROBITY_MATCHING_NAME_CODEC_H_
#define PROBITY_MATCHING_NAME_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matching/name.h"

namespace probity::matching {

// Appends the bytes of `name`.
void AppendName(const NormalizedName& name, std::string* out);

// The name whose bytes are `bytes`, all of them; sounds are computed again.
// DATA_LOSS says at which byte the fault is.
absl::StatusOr<NormalizedName> ParseName(absl::string_view bytes);

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_NAME_CODEC_H_
