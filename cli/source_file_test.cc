// Addresses, checksums that publishers state, and mappings by name.
#include "cli/source_file.h"

#include "cli/fetch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::cli {
namespace {

using ::testing::HasSubstr;

const std::string kDigest(64, 'a');
const std::string kOther(64, 'B');

TEST(DigestIn, ReadsWhatPublishersWrite) {
  const std::string cases[] = {kDigest,
                               kDigest + "\n",
                               kDigest + "  list.csv\n",
                               kDigest + " *list.csv\n",
                               "SHA256 (list.csv) = " + kDigest + "\n",
                               kOther + "  other.csv\n" + kDigest + "  list.csv\n",
                               kDigest + " a\n" + kDigest + " b\n"};
  for (const std::string& text : cases)
    EXPECT_EQ(DigestIn(text, "list.csv").value(), kDigest) << text;
  EXPECT_EQ(DigestIn(kOther, "list.csv").value(), std::string(64, 'b'));
}

TEST(DigestIn, RefusesWhatNamesNone) {
  for (const std::string& text :
       {std::string(), std::string("<html>not found</html>"), kDigest.substr(1),
        kOther + " other.csv\n" + kDigest + " another.csv\n", std::string(64, 'g')}) {
    EXPECT_EQ(DigestIn(text, "list.csv").status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(HostOfUrl, IsLowerCaseAndWithoutAPort) {
  EXPECT_EQ(HostOfUrl("https://Lists.Example.ORG:8443/a?b").value(), "lists.example.org");
  EXPECT_EQ(HostOfUrl("http://127.0.0.1:80/").value(), "127.0.0.1");
  EXPECT_EQ(HostOfUrl("https://[::1]/x").value(), "[::1]");
}

TEST(HostOfUrl, RefusesWhatIsNoAddressOfAFile) {
  for (const char* url : {"", "lists.csv", "ftp://example.org/a", "file:///etc/passwd", "https://",
                          "https://user:secret@example.org/", "https://user@example.org/"}) {
    const auto host = HostOfUrl(url);
    EXPECT_EQ(host.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(host.status().message()), ::testing::Not(HasSubstr("secret")));
  }
}

TEST(FileNameOfUrl, IsTheLastPartOfThePath) {
  EXPECT_EQ(FileNameOfUrl("https://example.org/a/list.csv.gz?x=/y"), "list.csv.gz");
  for (const char* url : {"https://example.org/", "https://example.org", "https://example.org/a/",
                          "https://example.org/a/.."}) {
    EXPECT_EQ(FileNameOfUrl(url), "download") << url;
  }
}

TEST(FindMapping, TakesAFileOrTheNameOfAShippedOne) {
  EXPECT_EQ(FindMapping("br-lista-suja").value(), "data/mappings/br-lista-suja.textproto");
  EXPECT_EQ(FindMapping("data/mappings/br-lista-suja.textproto").value(),
            "data/mappings/br-lista-suja.textproto");
  EXPECT_FALSE(FindMapping("data/mappings").ok());
  EXPECT_THAT(std::string(FindMapping("none").status().message()), HasSubstr("data/mappings/none"));
}

// Nothing is asked of a host that is not allowed, nor by http outside this machine.
TEST(Fetch, LooksAtTheAddressFirst) {
  const auto fetch = [](const std::string& url, const FetchLimits& limits) {
    return Fetch(url, limits, {}, "/dev/null", [](uint64_t, uint64_t) {}).status();
  };
  EXPECT_EQ(fetch("https://example.invalid/", {}).code(), absl::StatusCode::kPermissionDenied);
  FetchLimits limits;
  limits.hosts = {"example.invalid"};
  EXPECT_EQ(fetch("http://example.invalid/", limits).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace probity::cli
