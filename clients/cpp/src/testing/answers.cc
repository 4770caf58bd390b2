#include "src/testing/answers.h"

#include <cstdlib>
#include <ctime>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace probity::client::fake {
namespace {

// What makes a subject the same: its reference, or the name of one without.
std::string KeyOf(const v1::ScreenedSubject& subject) {
  v1::ScreenedSubject key;
  if (subject.ref().ref_case() == v1::SubjectRef::REF_NOT_SET) {
    key.set_name(subject.name());
  } else {
    *key.mutable_ref() = subject.ref();
    key.mutable_ref()->clear_display_name();
  }
  return key.SerializeAsString();
}

v1::ScreenedSubject SubjectOf(const v1::SubjectRef& ref) {
  v1::ScreenedSubject subject;
  *subject.mutable_ref() = ref;
  return subject;
}

// The subject as code that makes it.
std::string CodeOf(const v1::ScreenedSubject& subject) {
  const v1::SubjectRef& ref = subject.ref();
  if (ref.has_identifier()) {
    return absl::StrCat("ByIdentifier(\"", ref.identifier().scheme(), "\", \"",
                        ref.identifier().value(), "\")");
  }
  if (ref.has_vendor() && ref.vendor().company_code().empty()) {
    return absl::StrCat("ByVendor(\"", ref.vendor().system(), "\", \"", ref.vendor().number(),
                        "\")");
  }
  return absl::StrCat("{", subject.ShortDebugString(), "}");
}

v1::Date Today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  v1::Date date;
  date.set_year(day.tm_year + 1900);
  date.set_month(day.tm_mon + 1);
  date.set_day(day.tm_mday);
  return date;
}

Error Reused() {
  Error error = FakeError(v1::ERROR_REASON_REQUEST_ID_REUSED);
  error.message = "request_id was used for another request";
  error.field_violations.push_back({"request_id", error.message});
  return error;
}

v1::ItemError ItemErrorOf(const Error& error) {
  v1::ItemError item;
  item.set_code(error.code);
  item.set_reason(error.reason);
  item.set_message(error.message);
  if (!error.field_violations.empty()) item.set_field(error.field_violations[0].field);
  return item;
}

// An item of a bulk answer: its answer, or its own error.
template <typename ItemResult, typename Response>
ItemResult ItemOf(const std::string& correlation_id, const Result<Response>& answer) {
  ItemResult result;
  result.set_correlation_id(correlation_id);
  if (answer.ok()) {
    *result.mutable_response() = *answer;
  } else {
    *result.mutable_error() = ItemErrorOf(answer.error());
  }
  return result;
}

template <typename Response>
Reply ReplyOf(const Result<Response>& answer) {
  if (!answer.ok()) return {{}, answer.error()};
  return {{answer->SerializeAsString()}, std::nullopt};
}

template <typename Message>
Message Parse(const std::string& bytes) {
  Message message;
  message.ParseFromString(bytes);
  return message;
}

}  // namespace

Answers::Answers(FakeProbity::Fail fail) : fail_(std::move(fail)) { SetOwn(); }

void Answers::SetOwn() {
  SetAnswer(v1::ScreenSupplierRequest::descriptor()->full_name(), [this](const std::string& bytes) {
    return ReplyOf(Screen(Parse<v1::ScreenSupplierRequest>(bytes)));
  });
  SetAnswer(v1::BatchScreenSuppliersRequest::descriptor()->full_name(),
            [this](const std::string& bytes) {
              v1::BatchScreenSuppliersResponse response;
              const auto request = Parse<v1::BatchScreenSuppliersRequest>(bytes);
              for (const auto& item : request.items()) {
                *response.add_results() = ScreenItem(item);
              }
              return ReplyOf<v1::BatchScreenSuppliersResponse>(response);
            });
  SetAnswer(v1::CheckCertificationRequest::descriptor()->full_name(),
            [this](const std::string& bytes) {
              return ReplyOf(Check(Parse<v1::CheckCertificationRequest>(bytes)));
            });
  SetAnswer(v1::BatchCheckCertificationsRequest::descriptor()->full_name(),
            [this](const std::string& bytes) {
              v1::BatchCheckCertificationsResponse response;
              const auto request = Parse<v1::BatchCheckCertificationsRequest>(bytes);
              for (const auto& item : request.items()) {
                *response.add_results() =
                    ItemOf<v1::BatchCheckItemResult>(item.correlation_id(), Check(item.request()));
              }
              return ReplyOf<v1::BatchCheckCertificationsResponse>(response);
            });
}

void Answers::SetScreening(const v1::ScreenedSubject& subject, Result<v1::DecisionCore> answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  screenings_.insert_or_assign(KeyOf(subject), std::move(answer));
}

void Answers::SetCertification(const v1::ScreenedSubject& holder,
                               Result<v1::CheckCertificationResponse> answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  certifications_.insert_or_assign(KeyOf(SubjectOf(holder.ref())), std::move(answer));
}

void Answers::SetAnswer(const std::string& request, Answer answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  answers_[request] = std::move(answer);
}

Reply Answers::Ask(const std::string& request, const std::string& bytes) {
  Answer answer;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_.emplace_back(request, bytes);
    const auto found = answers_.find(request);
    if (found != answers_.end()) answer = found->second;
  }
  if (answer != nullptr) return answer(bytes);
  return {{}, Unset("a " + request, "SetAnswer(&SERVICE::RPC, [](const auto& request) { ... })")};
}

void Answers::Keep(const std::string& request, const std::string& bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  kept_.emplace_back(request, bytes);
}

std::vector<std::string> Answers::Kept(const std::string& request) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> found;
  for (const auto& [type, bytes] : kept_) {
    if (type == request) found.push_back(bytes);
  }
  return found;
}

Result<v1::ScreenSupplierResponse> Answers::Screen(const v1::ScreenSupplierRequest& request) {
  std::unique_lock<std::mutex> lock(mutex_);
  v1::ScreenSupplierResponse response;
  const auto before = recorded_.find(request.request_id());
  if (before != recorded_.end()) {
    if (before->second.request != request.SerializeAsString()) return Reused();
    *response.mutable_decision() = before->second.decision;
    response.set_repeated_request(true);
    return response;
  }
  const auto set = screenings_.find(KeyOf(request.subject()));
  if (set == screenings_.end()) {
    lock.unlock();
    const std::string subject = CodeOf(request.subject());
    return Unset("the screening of " + subject, "SetScreening(" + subject + ", ClearDecision())");
  }
  if (!set->second.ok()) return set->second.error();
  *response.mutable_decision() = Decide(*set->second, request);
  if (!request.request_id().empty()) {
    recorded_[request.request_id()] = {request.SerializeAsString(), response.decision()};
  }
  return response;
}

v1::Decision Answers::Decide(v1::DecisionCore core, const v1::ScreenSupplierRequest& request) {
  if (!core.has_as_of()) {
    *core.mutable_as_of() = request.has_as_of() ? request.as_of() : Today();
  }
  v1::Decision decision;
  decision.set_name(absl::StrFormat("decisions/%028x", decisions_));
  decision.set_leaf_index(decisions_++);
  decision.mutable_recorded_at()->set_seconds(std::time(nullptr));
  *decision.mutable_core() = std::move(core);
  return decision;
}

v1::BatchScreenItemResult Answers::ScreenItem(const v1::BatchScreenItem& item) {
  return ItemOf<v1::BatchScreenItemResult>(item.correlation_id(), Screen(item.request()));
}

Result<v1::CheckCertificationResponse> Answers::Check(
    const v1::CheckCertificationRequest& request) const {
  const v1::ScreenedSubject holder = SubjectOf(request.subject());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto set = certifications_.find(KeyOf(holder));
    if (set != certifications_.end()) return set->second;
  }
  const std::string code = CodeOf(holder);
  return Unset("the check of certificates of " + code,
               "SetCertification(" + code + ", v1::CERTIFICATION_RESULT_VALID)");
}

Error Answers::Unset(const std::string& question, const std::string& call) const {
  Error error;
  error.code = grpc::StatusCode::UNIMPLEMENTED;
  error.message = absl::StrCat("FakeProbity has no answer to ", question,
                               "; set it before it is asked: ", call);
  if (fail_ == nullptr) {
    std::cerr << error.message << std::endl;
    std::abort();
  }
  fail_(error.message);
  return error;
}

}  // namespace probity::client::fake
