#include "services/rpc/page_token.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/errors.h"

namespace probity::rpc {
namespace {

// Token: revision, offset (8 bytes each, big-endian), then the first 12 bytes
// of SHA-256 over query and both, as URL-safe base64.
constexpr size_t kPositionBytes = 16;
constexpr size_t kSealBytes = 12;

void AppendFixed64(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift & 0xff));
  }
}

uint64_t ReadFixed64(absl::string_view bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

std::string Seal(absl::string_view query, absl::string_view position) {
  return Sha256(std::string(query) + std::string(position)).substr(0, kSealBytes);
}

}  // namespace

std::string EncodePageToken(absl::string_view query, const PagePosition& position) {
  std::string bytes;
  AppendFixed64(position.revision, &bytes);
  AppendFixed64(position.offset, &bytes);
  bytes += Seal(query, bytes);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PagePosition> DecodePageToken(absl::string_view query, absl::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() != kPositionBytes + kSealBytes) {
    return InvalidPageToken();
  }
  const absl::string_view position = absl::string_view(bytes).substr(0, kPositionBytes);
  if (Seal(query, position) != absl::string_view(bytes).substr(kPositionBytes)) {
    return InvalidPageToken();
  }
  return PagePosition{ReadFixed64(position), ReadFixed64(position.substr(8))};
}

std::string QueryFingerprint(const CallContext& call, const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> question(request.New());
  question->CopyFrom(request);
  for (const char* name : {"page_size", "page_token", "consistency"}) {
    const auto* field = question->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) question->GetReflection()->ClearField(question.get(), field);
  }
  return Sha256(call.caller.authority + '\n' + question->GetDescriptor()->full_name() + '\n' +
                CanonicalBytes(*question));
}

absl::StatusOr<int> PageSize(int asked, int standard, int most) {
  if (asked < 0) return InvalidField("page_size", "is negative");
  if (asked > most) return LimitExceeded("page_size", most, asked);
  return asked == 0 ? standard : asked;
}

uint64_t Page::End(uint64_t total) const { return std::min(total, offset + size); }

std::string Page::NextToken(uint64_t total) const {
  if (End(total) >= total) return "";
  return EncodePageToken(query, {view->token().revision(), End(total)});
}

absl::StatusOr<Page> OpenPage(const storage::Store& store, const CallContext& call,
                              const v1::Consistency& consistency, std::string query,
                              absl::string_view token, absl::StatusOr<int> size) {
  if (!size.ok()) return size.status();
  Page page;
  page.query = std::move(query);
  page.size = static_cast<uint64_t>(*size);
  absl::StatusOr<ViewPtr> view;
  if (token.empty()) {
    view = ViewFor(store, call, consistency);
  } else {
    absl::StatusOr<PagePosition> position = DecodePageToken(page.query, token);
    if (!position.ok()) return position.status();
    page.offset = position->offset;
    view = ViewOfRevision(store, call, position->revision);
  }
  if (!view.ok()) return view.status();
  page.view = *std::move(view);
  return page;
}

}  // namespace probity::rpc
