#include <algorithm>
#include <string>

#include "cli/command.h"
#include "cli/commands/commands.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::cli {
namespace {

int CodeOf(const v1::LookupResult& result) {
  switch (result.outcome()) {
    case v1::LOOKUP_OUTCOME_FOUND:
    case v1::LOOKUP_OUTCOME_REDIRECTED:
      return kExitGood;
    case v1::LOOKUP_OUTCOME_AMBIGUOUS:
      return kExitUndetermined;
    default:
      return kExitBad;
  }
}

int CodeOf(const v1::LookupSuppliersResponse& response) {
  int worst = kExitGood;
  for (const auto& result : response.results()) {
    const int code = CodeOf(result);
    if (worst != kExitBad && code != kExitGood) worst = code;
  }
  return worst;
}

std::string AddressLine(const v1::Address& address) {
  std::string line;
  const auto add = [&line](const std::string& part) {
    if (!part.empty()) line += (line.empty() ? "" : ", ") + part;
  };
  for (const auto& part : address.lines()) add(part);
  for (const auto* part :
       {&address.city(), &address.region(), &address.postal_code(), &address.country()}) {
    add(*part);
  }
  return line;
}

void AddDetails(const v1::Supplier& supplier, Table& table) {
  for (const auto& name : supplier.names()) {
    if (name.text() != supplier.display_name()) {
      table.Add({"also named", name.text() + " (" + EnumWords(name.type()) + ")"});
    }
  }
  for (const auto& id : supplier.identifiers()) table.Add({"identifier", FormatIdentifier(id)});
  for (const auto& address : supplier.addresses()) table.Add({"address", AddressLine(address)});
  for (const auto& registration : supplier.registrations()) {
    table.Add({"registration", FormatIdentifier(registration.identifier()) + " " +
                                   EnumWords(registration.status())});
  }
}

void PrintSupplier(Session& session, const v1::Supplier& supplier) {
  Table table;
  table.Add({"name", Cell(supplier.display_name(), Style::kHeading)});
  table.Add({"supplier", supplier.name()});
  table.AddUnlessEmpty("kind", EnumWords(supplier.kind()));
  table.AddUnlessEmpty("registered in", supplier.jurisdiction());
  table.AddUnlessEmpty("status", EnumWords(supplier.status()));
  AddDetails(supplier, table);
  for (const auto& record : supplier.source_records()) table.Add({"source", record});
  for (const auto& edge : supplier.edges()) {
    table.Add({"joined by",
               FormatIdentifier(edge.identifier()) + ": " + edge.from() + " and " + edge.to()});
  }
  for (const auto& separation : supplier.separations()) table.Add({"kept apart by", separation});
  session.Print(table);
}

// What a vendor number's entry is worth.
void PrintVendor(Session& session, const v1::Vendor& vendor) {
  const bool certain = vendor.state() == v1::VENDOR_STATE_CONFIRMED;
  std::string line = "Vendor number " + EnumWords(vendor.state());
  if (vendor.basis() != v1::VENDOR_BASIS_UNSPECIFIED) line += ", " + EnumWords(vendor.basis());
  if (vendor.state() == v1::VENDOR_STATE_REOPENED) line += ": " + EnumWords(vendor.reopening());
  if (!vendor.set_by().empty()) line += ", by " + vendor.set_by();
  session.Say(line, certain ? Style::kGood : Style::kDoubt);
}

void PrintOutcome(Session& session, const v1::LookupResult& result) {
  const int code = CodeOf(result);
  const std::string asked = result.has_vendor() ? "vendor:" + FormatVendor(result.vendor().number())
                                                : FormatIdentifier(result.identifier());
  session.Say(asked + "  " + EnumName(result.outcome()), code == kExitGood  ? Style::kGood
                                                         : code == kExitBad ? Style::kBad
                                                                            : Style::kDoubt);
  if (result.has_vendor()) return PrintVendor(session, result.vendor());
  if (result.outcome() == v1::LOOKUP_OUTCOME_NOT_FOUND) {
    session.Say(
        "No record of this identifier in the loaded data. "
        "That says nothing about the supplier.");
  }
  if (result.outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE) {
    session.Say("The registration names nobody: it was annulled, or its successor is unknown.");
  }
  if (result.outcome() == v1::LOOKUP_OUTCOME_AMBIGUOUS) {
    session.Say("Several suppliers carry it: the sources contradict each other.");
  }
}

void Render(Session& session, const v1::LookupSuppliersResponse& response) {
  for (const auto& result : response.results()) {
    PrintOutcome(session, result);
    for (const auto& step : result.redirects()) {
      session.Say(FormatIdentifier(step.from()) + " was ended (" + EnumWords(step.reason()) +
                  ") in favour of " + FormatIdentifier(step.to()) + ", says " +
                  step.source_record());
    }
    for (const auto& supplier : result.suppliers()) PrintSupplier(session, supplier);
    session.out() << '\n';
  }
  session.PrintStamp(response.stamp());
}

void PrintOrigins(Session& session, const v1::GetSupplierResponse& response) {
  session.Say(response.supplier().display_name() + ": why each value", Style::kHeading);
  Table table({"field", "value", "says", "because", "others say"});
  for (const auto& origin : response.origins()) {
    std::string others;
    for (const auto& other : origin.others()) {
      others += (others.empty() ? "" : "\n") + other.value() + ": " + other.source_record();
    }
    table.Add(
        {origin.field(), origin.value(), origin.source_record(), EnumWords(origin.rule()), others});
  }
  session.Print(table);
  session.out() << '\n';
}

// Asks for each supplier at the revision that the lookup read.
void Explain(Session& session, const v1::LookupSuppliersResponse& response) {
  for (const auto& result : response.results()) {
    for (const auto& supplier : result.suppliers()) {
      v1::GetSupplierRequest request;
      request.set_name(supplier.name());
      request.set_explain_fields(true);
      *request.mutable_consistency()->mutable_at_exact_revision() = response.stamp().revision();
      const auto explained = session.Ask(&v1::SupplierService::Stub::GetSupplier, request);
      if (!explained) return;
      if (!session.PrintedAsJson(*explained)) PrintOrigins(session, *explained);
    }
  }
}

void Lookup(Session& session, const v1::LookupSuppliersRequest& request, bool explain) {
  if (request.identifiers().empty() && request.vendors().empty()) {
    return session.Usage(absl::InvalidArgumentError("give an IDENTIFIER or --vendor"));
  }
  const auto response = session.Ask(&v1::SupplierService::Stub::LookupSuppliers, request);
  if (!response) return;
  session.Finish(CodeOf(*response));
  if (!session.PrintedAsJson(*response)) Render(session, *response);
  if (explain) Explain(session, *response);
}

}  // namespace

void AddLookup(CLI::App& app, Session& session) {
  auto request = std::make_shared<v1::LookupSuppliersRequest>();
  Command* command = AddCommand(
      app, "lookup",
      {"Say who carries an identifier",
       "The supplier behind each identifier with names, addresses, registrations and the records "
       "it was put together from. A registration that was merged leads to its successor.",
       {{"A company number", "probity lookup GB-COH:04830352"},
        {"Whom a vendor number of your own means", "probity lookup --vendor SAP-PRD/1000/0004711"},
        {"Which record says it, and why it is believed",
         "probity lookup GB-COH:04830352 --explain"},
        {"Several at once", "probity lookup XI-LEI:529900T8BM49AURSDO55 BR-CNPJ:33000167000101"}},
       {{0, "every identifier leads to one supplier"},
        {1, "an identifier is in no loaded record, or its registration names nobody"},
        {4, "several suppliers carry it (unless 1 applies to another)"}},
       {"search", "flags", "supplier split"}});
  OneOrMore(AddParsed(command, "IDENTIFIER", kIdentifier, &ParseIdentifier,
                      Into(request, &v1::LookupSuppliersRequest::add_identifiers),
                      "SCHEME:VALUE; at most 20"));
  Repeatable(AddParsed(command, "--vendor", kVendor, &ParseVendor,
                       Into(request, &v1::LookupSuppliersRequest::add_vendors),
                       "A vendor number of your own"));
  auto explain = std::make_shared<bool>(false);
  AddFlag(
      command, "--explain", [explain](bool yes) { *explain = yes; },
      "Say which record gives each value, what others say, and why it stands before them");
  command->callback([&session, request, explain] { Lookup(session, *request, *explain); });
}

}  // namespace probity::cli
