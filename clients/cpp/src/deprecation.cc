#include "src/deprecation.h"

#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace probity::client {
namespace {

using grpc::experimental::InterceptionHookPoints;
using Tell = std::function<void(const std::string& name)>;

// Full names of fields and methods, joined by ", ".
constexpr char kNotice[] = "probity-deprecated";
// No API has so many; a server that makes names up fills no memory.
constexpr size_t kMostNames = 1000;

void TellStandardError(const std::string& name) {
  std::cerr << absl::StrCat("probity: ", name,
                            " is deprecated and was used; the comment in the protos says what "
                            "takes its place\n");
}

// Whether nobody was told yet in this process.
bool IsNew(const std::string& name) {
  static std::mutex& mutex = *new std::mutex;
  static std::set<std::string>& told = *new std::set<std::string>;
  const std::lock_guard<std::mutex> lock(mutex);
  return told.size() < kMostNames && told.insert(name).second;
}

class Interceptor : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(Tell tell) : tell_(std::move(tell)) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Look(*methods->GetRecvInitialMetadata());
    }
    // Of a call that fails it comes last, so that gRPC may send the call again.
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS)) {
      Look(*methods->GetRecvTrailingMetadata());
    }
    methods->Proceed();
  }

 private:
  void Look(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) const {
    const auto found = metadata.find(kNotice);
    if (found != metadata.end()) Read({found->second.data(), found->second.size()});
  }

  void Read(absl::string_view notice) const {
    for (const absl::string_view part : absl::StrSplit(notice, ',', absl::SkipWhitespace())) {
      const std::string name(absl::StripAsciiWhitespace(part));
      if (IsNew(name)) tell_(name);
    }
  }

  const Tell tell_;
};

class Factory : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit Factory(Tell tell) : tell_(std::move(tell)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    return new Interceptor(tell_);
  }

 private:
  const Tell tell_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> DeprecationNotice(
    Tell tell) {
  return std::make_unique<Factory>(tell == nullptr ? Tell(&TellStandardError) : std::move(tell));
}

}  // namespace probity::client
