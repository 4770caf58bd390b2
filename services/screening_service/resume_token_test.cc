#include "services/screening_service/resume_token.h"

#include "base/errors.h"
#include "gtest/gtest.h"

namespace probity::screening_service {
namespace {

StreamPlace Place() {
  StreamPlace place;
  place.position = 0x123456789abcdef0;
  place.stream_id = "nightly-2026-11-26";
  place.stamp.mutable_revision()->set_revision(7);
  place.stamp.mutable_revision()->set_store_lineage("lineage");
  place.stamp.mutable_as_of()->set_year(2026);
  place.stamp.set_policy_version("policies/p/versions/1");
  return place;
}

TEST(ResumeTokenTest, RoundTrips) {
  const auto read = DecodeResumeToken("settings", EncodeResumeToken("settings", Place()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->position, Place().position);
  EXPECT_EQ(read->stream_id, Place().stream_id);
  EXPECT_EQ(read->stamp.SerializeAsString(), Place().stamp.SerializeAsString());
}

TEST(ResumeTokenTest, RefusesOtherSettingsAndAnyAlteration) {
  const std::string token = EncodeResumeToken("settings", Place());
  EXPECT_EQ(ReasonOf(DecodeResumeToken("other", token).status()),
            v1::ERROR_REASON_INVALID_RESUME_TOKEN);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(DecodeResumeToken("settings", altered).ok()) << i;
    EXPECT_FALSE(DecodeResumeToken("settings", token.substr(0, i)).ok()) << i;
  }
}

TEST(ResumeTokenTest, WhereAStreamStandsIsNoPartOfItsSettings) {
  rpc::CallContext call;
  v1::StreamScreenSettings settings;
  settings.mutable_purchase()->set_authority_country("GB");
  const std::string first = SettingsFingerprint(call, settings);
  settings.set_resume_token("x");
  settings.set_stream_id("y");
  settings.mutable_consistency()->set_minimize_latency(true);
  EXPECT_EQ(SettingsFingerprint(call, settings), first);
  settings.mutable_purchase()->set_authority_country("DE");
  EXPECT_NE(SettingsFingerprint(call, settings), first);
  settings.mutable_purchase()->set_authority_country("GB");
  call.caller.authority = "authorities/b";
  EXPECT_NE(SettingsFingerprint(call, settings), first);
}

}  // namespace
}  // namespace probity::screening_service
