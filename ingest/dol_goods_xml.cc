#include <array>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/names.h"
#include "base/utf8.h"
#include "ingest/formats.h"
#include "ingest/xml_reader.h"

namespace probity::ingest {
namespace {

// What the project's table says of one good.
struct GoodCodes {
  std::vector<v1::MappedCommodity> commodities;
  std::string input;
};
using CodesByGood = std::map<std::string, GoodCodes>;  // by folded name

absl::Status ReadCodes(v1::CommodityScheme scheme, const std::string& cell, GoodCodes* codes) {
  for (const absl::string_view one : absl::StrSplit(cell, '|', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(one, absl::MaxSplits('=', 1));
    v1::MappingFit fit;
    if (!v1::MappingFit_Parse(absl::StrCat("MAPPING_FIT_", parts.second), &fit)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", one, "\" is not CODE=FIT"));
    }
    v1::MappedCommodity& mapped = codes->commodities.emplace_back();
    mapped.mutable_commodity()->set_scheme(scheme);
    mapped.mutable_commodity()->set_code(std::string(parts.first));
    mapped.set_fit(fit);
  }
  return absl::OkStatus();
}

absl::StatusOr<CodesByGood> ReadGoods(const Tables& tables) {
  const std::string path = tables.directory + "/dol_goods.csv";
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(*text);
  if (!rows.ok()) return rows.status();
  CodesByGood goods;
  for (TableRow& row : *rows) {
    GoodCodes& codes = goods[FoldName(row["good"])];
    codes.input = row["input"];
    absl::Status read = ReadCodes(v1::COMMODITY_SCHEME_HS, row["hs"], &codes);
    if (read.ok()) read = ReadCodes(v1::COMMODITY_SCHEME_CPV, row["cpv"], &codes);
    if (!read.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", row["good"], ": ", read.message()));
    }
  }
  return goods;
}

// The elements of a <Country> that are read; others are passed over.
enum CountryElement { kName, kChild, kForced, kForcedChild, kDerived, kDerivedFrom, kElements };
constexpr std::array<absl::string_view, kElements> kElementNames = {"Country_Name",
                                                                    "Child_Labor",
                                                                    "Forced_Labor",
                                                                    "Forced_Child_Labor",
                                                                    "Derived_Labor_Exploitation",
                                                                    "Derived_Country"};

// Makes a record of each country of each good.
class DolGoods final : public XmlVisitor {
 public:
  DolGoods(const Tables& tables, const CodesByGood& codes, const InputFile& file, RowSink* sink)
      : tables_(tables), codes_(codes), file_(file), sink_(sink) {}

  absl::Status Start(absl::string_view name, int depth, uint64_t line) override {
    if (depth == 2) good_.clear(), sector_.clear();
    if (depth == 4) {
      line_ = line;
      for (std::string& value : country_) value.clear();
    }
    return absl::OkStatus();
  }

  absl::Status End(absl::string_view name, int depth, absl::string_view text) override {
    if (depth == 3 && name == "Good_Name") good_ = std::string(text);
    if (depth == 3 && name == "Good_Sector") sector_ = std::string(text);
    if (depth == 5) {
      for (size_t i = 0; i < kElements; ++i) {
        if (name == kElementNames[i]) country_[i] = std::string(text);
      }
    }
    return depth == 4 && name == "Country" ? Take() : absl::OkStatus();
  }

 private:
  absl::Status Take() {
    record_.Clear();
    std::string raw = absl::StrCat("Good_Name=", good_);
    for (size_t i = 0; i < kElements; ++i) {
      absl::StrAppend(&raw, " ", kElementNames[i], "=", country_[i]);
    }
    const Row row{file_.name, line_, raw};
    std::optional<RowFault> fault = Fill(record_.mutable_commodity_risk());
    return fault.has_value() ? sink_->Refuse(row, *fault) : sink_->Accept(row, &record_);
  }

  std::optional<RowFault> Fill(v1::CommodityRisk* risk) {
    if (good_.empty()) {
      return RowFault{v1::ERROR_REASON_ROW_KEY_MISSING, "Good_Name",
                      "the good has no name before its countries"};
    }
    const std::string origin = tables_.countries.FromName(country_[kName]);
    if (origin.empty()) return NoCountry(kName);
    // Editions write one good in different cases: the key does not.
    record_.set_key(absl::StrCat(FoldName(good_), "|", origin));
    risk->set_publisher_name(good_);
    risk->set_sector(sector_);
    risk->set_origin(origin);
    risk->set_origin_name(country_[kName]);
    const auto codes = codes_.find(FoldName(good_));
    if (codes != codes_.end()) {
      risk->mutable_commodities()->Add(codes->second.commodities.begin(),
                                       codes->second.commodities.end());
    }
    return FillHarms(codes == codes_.end() ? "" : codes->second.input, risk);
  }

  std::optional<RowFault> FillHarms(const std::string& input, v1::CommodityRisk* risk) const {
    constexpr std::pair<CountryElement, v1::LabourHarm> kHarms[] = {
        {kChild, v1::LABOUR_HARM_CHILD_LABOUR},
        {kForced, v1::LABOUR_HARM_FORCED_LABOUR},
        {kForcedChild, v1::LABOUR_HARM_FORCED_CHILD_LABOUR},
        {kDerived, v1::LABOUR_HARM_DERIVED}};
    for (const auto& [element, harm] : kHarms) {
      const std::string& said = country_[element];
      const bool yes = absl::EqualsIgnoreCase(said, "Yes");
      if (!yes && !said.empty() && !absl::EqualsIgnoreCase(said, "No")) {
        return RowFault{v1::ERROR_REASON_ROW_VALUE, std::string(kElementNames[element]),
                        absl::StrCat("\"", CutUtf8(said, 100), "\" is neither Yes nor No")};
      }
      if (yes) risk->add_harms(harm);
    }
    if (risk->harms().empty()) {
      return RowFault{v1::ERROR_REASON_ROW_VALUE, "Country",
                      "no kind of labour is said to be involved"};
    }
    return country_[kDerived].empty() ? std::nullopt : FillInput(input, risk);
  }

  // The file says where the input of a derived good comes from; which good it
  // is stands in the project's table.
  std::optional<RowFault> FillInput(const std::string& input, v1::CommodityRisk* risk) const {
    if (!absl::EqualsIgnoreCase(country_[kDerived], "Yes")) return std::nullopt;
    const std::string origin = tables_.countries.FromName(country_[kDerivedFrom]);
    if (origin.empty()) return NoCountry(kDerivedFrom);
    risk->add_input_origins(origin);
    risk->set_input_publisher_name(input);
    return std::nullopt;
  }

  RowFault NoCountry(CountryElement element) const {
    return {v1::ERROR_REASON_ROW_COUNTRY, std::string(kElementNames[element]),
            absl::StrCat("\"", country_[element].substr(0, 100),
                         "\" is no country by a name that is known; data/countries.csv lists "
                         "them")};
  }

  const Tables& tables_;
  const CodesByGood& codes_;
  const InputFile& file_;
  RowSink* sink_;
  std::string good_, sector_;
  std::array<std::string, kElements> country_;
  uint64_t line_ = 0;
  v1::Record record_;
};

}  // namespace

absl::Status ReadDolGoodsXml(const Tables& tables, const Files& files, RowSink* sink) {
  auto codes = ReadGoods(tables);
  if (!codes.ok()) return codes.status();
  for (const InputFile& file : files) {
    DolGoods goods(tables, *codes, file, sink);
    if (absl::Status read = ReadXml(file, "Goods", sink, &goods); !read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
