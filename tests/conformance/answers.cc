#include "tests/conformance/answers.h"

#include <memory>
#include <utility>

#include "base/errors.h"
#include "base/hash.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "screening/check_certification.h"
#include "screening/commodity_risk.h"
#include "screening/list_certifications.h"
#include "screening/list_links.h"
#include "screening/resolve.h"
#include "screening/risk_flags.h"
#include "tests/conformance/history.h"

namespace probity::conformance {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Clears what depends on clock, call, file or page.
void Strip(Message* message) {
  const auto* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string& name = field->name();
    if (name == "stamp" || name == "edition" || name == "next_page_token" || name == "sources" ||
        name == "sources_searched") {
      reflection->ClearField(message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
        Strip(reflection->MutableRepeatedMessage(message, field, i));
      }
    } else {
      Strip(reflection->MutableMessage(message, field));
    }
  }
}

template <typename Response>
std::string Shown(const absl::StatusOr<Response>& answer) {
  return answer.ok() ? conformance::Shown(*answer)
                     : ShownError(ReasonName(ReasonOf(answer.status())));
}

template <typename Request>
void Add(std::vector<Request>* requests, const std::string& text) {
  EXPECT_EQ(ReadTextProto(text, &requests->emplace_back()), "") << text;
}

std::string Identifier(const std::string& scheme, const std::string& value) {
  return "identifier { scheme: '" + scheme + "' value: '" + value + "' }";
}

absl::StatusOr<v1::LookupSuppliersResponse> Lookup(const storage::View& view, const Rules& rules,
                                                   const v1::LookupSuppliersRequest& request) {
  v1::LookupSuppliersResponse response;
  for (const v1::Identifier& identifier : request.identifiers()) {
    auto finding = screening::Resolve(view, rules.identifiers, identifier, "identifiers");
    if (!finding.ok()) return finding.status();
    v1::LookupResult* result = response.add_results();
    *result->mutable_identifier() = finding->identifier;
    result->set_outcome(finding->outcome);
    for (const auto& supplier : finding->suppliers) {
      EXPECT_TRUE(result->add_suppliers()->ParseFromString(supplier.bytes));
    }
    for (const v1::Redirect& step : finding->redirects) *result->add_redirects() = step;
  }
  return response;
}

absl::StatusOr<v1::GetSupplierResponse> Get(const storage::View& view,
                                            const v1::GetSupplierRequest& request) {
  auto stored = view.GetSupplier(request.name().substr(sizeof("suppliers/") - 1));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return SupplierNotFound(request.name());
  v1::GetSupplierResponse response;
  EXPECT_TRUE(response.mutable_supplier()->ParseFromString((*stored)->bytes));
  return response;
}

}  // namespace

std::string Shown(const Message& answer) {
  const std::unique_ptr<Message> copy(answer.New());
  copy->CopyFrom(answer);
  Strip(copy.get());
  return copy->ShortDebugString();
}

std::string ShownError(const std::string& reason) { return "error " + reason; }

Questions AllQuestions() {
  Questions all;
  for (const HistoryDataset& dataset : Datasets()) {
    for (int key = 0; key < kKeys; ++key) {
      const std::string name = "k" + std::to_string(key);
      Add(&all.suppliers, "name: 'suppliers/" + SupplierIdOf(dataset.id, name) + "'");
    }
  }
  std::vector<std::string> subjects;
  for (int i = 0; i < kKeys; ++i) {
    subjects.push_back("source_record: 'datasets/reg/records/k" + std::to_string(i) + "'");
  }
  for (int i = 0; i < 4; ++i) {
    subjects.push_back(Identifier("GB-COH", std::to_string(i)));
    Add(&all.lookups, "identifiers { scheme: 'GB-COH' value: '" + std::to_string(i) + "' }");
    Add(&all.lookups,
        "identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO5" + std::to_string(i) + "' }");
    Add(&all.commodities,
        "origin: 'CN' as_of { year: 2012 month: 6 day: 1 } commodity { scheme: "
        "COMMODITY_SCHEME_HS code: '520" +
            std::to_string(i) + "' }");
  }
  for (const std::string& subject : subjects) {
    for (const char* day : {"2005 month: 6", "2011 month: 3", "2013 month: 3"}) {
      Add(&all.flags,
          "subject { " + subject + " } include_ended: true as_of { year: " + day + " day: 5 }");
    }
    Add(&all.flags, "subject { " + subject + " }");
    Add(&all.links, "subject { " + subject + " } include_ended: true");
    Add(&all.certifications, "holder { " + subject + " }");
    Add(&all.checks, "subject { " + subject +
                         " } accepted_schemes { scheme_id: 'WRAP' } on_dates { "
                         "year: 2012 month: 6 day: 1 }");
  }
  return all;
}

std::vector<std::string> AnswersOf(const storage::View& view, const Rules& rules,
                                   const Questions& questions, DayNumber today) {
  std::vector<std::string> answers;
  for (const auto& asked : questions.lookups) answers.push_back(Shown(Lookup(view, rules, asked)));
  for (const auto& asked : questions.suppliers) answers.push_back(Shown(Get(view, asked)));
  for (const auto& asked : questions.flags) {
    answers.push_back(
        Shown(screening::ListRiskFlags(view, rules.identifiers, rules.law, asked, today)));
  }
  for (const auto& asked : questions.links) {
    answers.push_back(Shown(screening::ListLinks(view, rules.identifiers, asked, today)));
  }
  for (const auto& asked : questions.certifications) {
    answers.push_back(
        Shown(screening::ListCertifications(view, rules.schemes, rules.identifiers, asked, today)));
  }
  for (const auto& asked : questions.checks) {
    answers.push_back(
        Shown(screening::CheckCertification(view, rules.schemes, rules.identifiers, asked, today)));
  }
  for (const auto& asked : questions.commodities) {
    answers.push_back(Shown(screening::CheckCommodityRisk(view, {}, rules.law, asked, today)));
  }
  return answers;
}

}  // namespace probity::conformance
