// A server that is asked by two of one authority and one of another, as what needs a second
// person is: for tests.
#ifndef PROBITY_SERVICES_SERVER_REVIEW_TESTING_H_
#define PROBITY_SERVICES_SERVER_REVIEW_TESTING_H_

#include <string>

#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/review_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/server/testing.h"

namespace probity::server {

class ReviewTest : public ServerTest {
 protected:
  // Callers are ann and cat of authorities/a and bob of authorities/b; ann calls.
  void SetUp() override {
    ServerTest::SetUp();
    tokens_ = std::string(kAnn) + " ann authorities/a\n" + kCat + " cat authorities/a\n" + kBob +
              " bob authorities/b\n";
    Restart();
    token_ = kAnn;
  }
  // Makes the policy "test" of this text decide for both authorities.
  void ActivateForBoth(const std::string& text) {
    v1::CreatePolicyRequest create;
    create.set_text(text);
    Ask(&v1::PolicyService::Stub::CreatePolicy, create);
    for (const char* token : {kBob, kAnn}) {
      token_ = token;
      v1::ActivatePolicyRequest activate;
      activate.set_name("policies/test");
      activate.set_label(v1::POLICY_LABEL_STABLE);
      Ask(&v1::PolicyService::Stub::ActivatePolicy, activate);
    }
  }

  static constexpr char kCat[] = "token-of-second-reviewer";
};

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_REVIEW_TESTING_H_
