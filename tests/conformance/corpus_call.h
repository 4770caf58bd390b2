// Calls a method by its name, with requests and answers as proto3 JSON: for the corpus.
#ifndef PROBITY_TESTS_CONFORMANCE_CORPUS_CALL_H_
#define PROBITY_TESTS_CONFORMANCE_CORPUS_CALL_H_

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "nlohmann/json.hpp"

namespace probity::conformance {

struct CorpusAnswer {
  std::vector<nlohmann::json> responses;
  // Null where the call succeeded, else as the corpus writes errors.
  nlohmann::json error;
};

// Sends all `requests` and takes all answers, whatever kind of stream the method is.
// `method`: "probity.v1.SupplierService/GetSupplier". `token` empty: none is sent. Throws
// std::runtime_error for a method or a request that the protos do not know.
CorpusAnswer Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                 const std::vector<nlohmann::json>& requests, const std::string& token);

}  // namespace probity::conformance

#endif  // PROBITY_TESTS_CONFORMANCE_CORPUS_CALL_H_
