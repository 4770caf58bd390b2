// Reads messages in text format, with the place of the first fault.
#ifndef PROBITY_BASE_TEXT_PROTO_H_
#define PROBITY_BASE_TEXT_PROTO_H_

#include <string>

#include "google/protobuf/message.h"

namespace probity {

// Reads `text` into `message`. Empty when it could be read; else the first
// fault as "LINE:COLUMN: what", both from 1. Messages may be nested a hundred levels deep.
std::string ReadTextProto(const std::string& text, google::protobuf::Message* message);

}  // namespace probity

#endif  // PROBITY_BASE_TEXT_PROTO_H_
