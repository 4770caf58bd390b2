// The two forms of evidence in files: proto3 JSON, and the binary form.
#ifndef PROBITY_EVIDENCE_FORMS_H_
#define PROBITY_EVIDENCE_FORMS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "evidence/trust.h"
#include "google/protobuf/message.h"

namespace probity::evidence {

// Fills `message` from either form. UNREADABLE, with nothing in it, for what is neither or is
// empty. Fields that this release does not know are kept.
Finding ParseEitherForm(absl::string_view file, google::protobuf::Message* message);
// For people to look at, too.
std::string JsonForm(const google::protobuf::Message& message);

// Whether there are fields of a newer release somewhere in it, which could not be verified.
bool HasUnknownFields(const google::protobuf::Message& message);

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_FORMS_H_
