// How answers are compared with the corpus (tests/corpus/README.md): every client has the
// same few rules in its own language.
#ifndef PROBITY_TESTS_CONFORMANCE_CORPUS_MATCH_H_
#define PROBITY_TESTS_CONFORMANCE_CORPUS_MATCH_H_

#include <map>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace probity::conformance {

using Json = nlohmann::json;
// What steps saved, by name.
using Saved = std::map<std::string, std::string>;

// Where `answer` does not have what `expected` asks for, a line each:
//   of an object every member that is named, and others are passed over;
//   of a list each element, in order, and no more;
//   of anything else the same value; what is proto3's default may be absent.
std::vector<std::string> Differences(const Json& expected, const Json& answer,
                                     const std::string& path = "");

// `value` with "${name}" in texts replaced by what was saved under that name. Throws
// std::out_of_range for a name that nobody saved.
Json Filled(const Json& value, const Saved& saved);

// The text at "results.0.suppliers.0.name". Throws where there is none.
std::string TextAt(const Json& answer, const std::string& path);

}  // namespace probity::conformance

#endif  // PROBITY_TESTS_CONFORMANCE_CORPUS_MATCH_H_
