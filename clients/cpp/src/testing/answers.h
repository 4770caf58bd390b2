// What FakeProbity was set, and what it was asked.
#ifndef PROBITY_CLIENT_SRC_TESTING_ANSWERS_H_
#define PROBITY_CLIENT_SRC_TESTING_ANSWERS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probity/client/testing.h"

namespace probity::client::fake {

using Reply = FakeProbity::Reply;
using Answer = std::function<Reply(const std::string& bytes)>;

// Answers by subject and by RPC. Thread-safe.
class Answers {
 public:
  explicit Answers(FakeProbity::Fail fail);

  void SetScreening(const v1::ScreenedSubject& subject, Result<v1::DecisionCore> answer);
  void SetCertification(const v1::ScreenedSubject& holder,
                        Result<v1::CheckCertificationResponse> answer);
  // `request`: full name of the type of the RPC's request, which no two RPCs share.
  void SetAnswer(const std::string& request, Answer answer);

  // Keeps the request, and answers it as was set.
  Reply Ask(const std::string& request, const std::string& bytes);
  void Keep(const std::string& request, const std::string& bytes);
  std::vector<std::string> Kept(const std::string& request) const;

  // The answer to one purchase, by itself or as an item; absent settings are the item's own.
  Result<v1::ScreenSupplierResponse> Screen(const v1::ScreenSupplierRequest& request);
  v1::BatchScreenItemResult ScreenItem(const v1::BatchScreenItem& item);

  // Tells the test, and is the error of the call.
  Error Unset(const std::string& question, const std::string& call) const;

 private:
  struct Recorded {
    std::string request;  // serialised
    v1::Decision decision;
  };

  void SetOwn();
  Result<v1::CheckCertificationResponse> Check(const v1::CheckCertificationRequest& request) const;
  v1::Decision Decide(v1::DecisionCore core, const v1::ScreenSupplierRequest& request);

  const FakeProbity::Fail fail_;
  mutable std::mutex mutex_;                                    // guards all below
  std::map<std::string, Result<v1::DecisionCore>> screenings_;  // by subject
  std::map<std::string, Result<v1::CheckCertificationResponse>> certifications_;  // by holder
  std::map<std::string, Answer> answers_;                  // by type of request
  std::map<std::string, Recorded> recorded_;               // by request id
  std::vector<std::pair<std::string, std::string>> kept_;  // type and bytes
  uint64_t decisions_ = 0;
};

}  // namespace probity::client::fake

#endif  // PROBITY_CLIENT_SRC_TESTING_ANSWERS_H_
