#include "tests/conformance/history.h"

#include "base/civil_day.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"

namespace probity::conformance {
namespace {

// Editions go forward by a month a step from here; backfills lie before it.
constexpr int kFirstYear = 2010;

std::string Key(int number) { return "k" + std::to_string(number); }

}  // namespace

const std::vector<HistoryDataset>& Datasets() {
  static const auto* datasets =
      new std::vector<HistoryDataset>{{"list", v1::ABSENCE_MODE_DELISTED, ""},
                                      {"own", v1::ABSENCE_MODE_RETRACTED, "authorities/a"},
                                      {"reg", v1::ABSENCE_MODE_RETRACTED, ""},
                                      {"reg2", v1::ABSENCE_MODE_RETRACTED, ""}};
  return *datasets;
}

// Few values, so that records meet, part and contradict each other.
std::string History::NextText(bool may_separate) {
  const std::string party = "source_record: 'datasets/reg/records/" + Key(Pick(kKeys)) + "'";
  const std::string number =
      "identifier { scheme: 'GB-COH' value: '" + std::to_string(Pick(4)) + "' }";
  const std::string about = Pick(2) == 0 ? party : number;
  const std::string hidden = Pick(6) == 0 ? "visibility: VISIBILITY_RESTRICTED " : "";
  switch (Pick(10)) {
    case 0:
      return hidden + "risk_flag { subject { party { " + about +
             " } } type: FLAG_TYPE_LISTA_SUJA " +
             (Pick(2) == 0 ? "listing_intervals { from { year: 2011 month: 3 day: 5 } }" : "") +
             " affected { total { exact: " + std::to_string(Pick(9)) + " } } }";
    case 1:
      return hidden + "certification { scheme_id: 'WRAP' certificate_no: '" +
             std::to_string(Pick(3)) + "' holder { " + about +
             " } valid_from { year: 2011 } expires_on { year: 2012 month: " +
             std::to_string(1 + Pick(12)) +
             " } verification_method: VERIFICATION_METHOD_SCHEME_REGISTER }";
    case 2:
      return hidden + "link { from { " + party + " } to { " + number +
             " } type: LINK_TYPE_OWNS period { from { year: " + std::to_string(2009 + Pick(4)) +
             " } } }";
    case 3:
      return hidden +
             "commodity_risk { publisher_name: 'Cotton' origin: 'CN' commodities { "
             "commodity { scheme: COMMODITY_SCHEME_HS code: '520" +
             std::to_string(Pick(4)) + "' } fit: MAPPING_FIT_EXACT } }";
    case 4:
      return hidden +
             "legal_measure { regime: 'UK-DEBAR-D' in_force { from { year: 2012 } } "
             "subject { commodity_origin { origin: 'CN-" +
             (Pick(2) == 0 ? "XJ" : "GD") +
             "' commodities { scheme: COMMODITY_SCHEME_HS code: '52' } } } }";
    case 5:
      if (!may_separate) break;
      return "separation { records: 'datasets/reg/records/" + Key(Pick(kKeys)) +
             "' apart_from: 'datasets/reg2/records/" + Key(Pick(kKeys)) + "' reason: 'r' }";
    default:
      break;
  }
  std::string text = "supplier { names { text: 'Firm " + std::to_string(Pick(3)) + "' }";
  const std::string lei = "scheme: 'XI-LEI' value: '529900T8BM49AURSDO5";
  if (Pick(2) == 0) {
    text += " identifiers { scheme: 'GB-COH' value: '" + std::to_string(Pick(4)) + "' }";
  }
  if (Pick(2) == 0) text += " identifiers { " + lei + std::to_string(Pick(4)) + "' }";
  const int status = Pick(8);
  if (status < 2) {
    text += " registration_scheme: 'XI-LEI' registration_status: REGISTRATION_STATUS_";
    text +=
        status == 0 ? "ANNULLED" : "MERGED successor { " + lei + std::to_string(Pick(4)) + "' }";
  }
  return text + " }";
}

// Separations stand in shared datasets without editions.
v1::Record History::NextRecord(const HistoryDataset& dataset, const std::string& key) {
  v1::Record record;
  const std::string text =
      NextText(dataset.owner.empty() && dataset.absence == v1::ABSENCE_MODE_RETRACTED);
  EXPECT_EQ(ReadTextProto(text, &record), "") << text;
  record.set_key(key);
  return record;
}

Step History::Next(const storage::Store& store) {
  Step step;
  const HistoryDataset& dataset = Datasets()[static_cast<size_t>(Pick(4))];
  storage::testing::TestLoad& load = step.load;
  load.dataset = dataset.id;
  load.authority = dataset.owner;
  const bool dated = dataset.absence == v1::ABSENCE_MODE_DELISTED;
  const int month = steps_++;
  if (dated)
    load.edition = FormatDate(DateOf(FirstDay(ParseDate("2010-01-01").value()) + 30 * month));
  const auto view = store.Head(dataset.owner);
  const auto exists = [&](const std::string& key) {
    return view->GetRecord({dataset.id, key})->has_value();
  };
  const int kind = Pick(12);
  const std::string one = Key(Pick(kKeys));
  if (kind == 0 && exists(one)) {
    step.kind = StepKind::kRemove;
    load.mode = v1::LOAD_MODE_DELTA;
    load.removed = {one};
    return step;
  }
  if (kind <= 3) {
    step.kind = StepKind::kPut;
    load.mode = v1::LOAD_MODE_DELTA;
    load.records = {NextRecord(dataset, one)};
    return step;
  }
  step.kind = kind == 4 ? StepKind::kAbort : kind == 5 ? StepKind::kBrokenLoad : StepKind::kLoad;
  if (kind < 8) load.mode = v1::LOAD_MODE_DELTA;
  if (dated && kind == 11) {
    load.mode = v1::LOAD_MODE_BACKFILL;
    load.edition = std::to_string(kFirstYear - 1 - Pick(20)) + "-01-01";
  }
  for (int key = 0; key < kKeys; ++key) {
    const bool last = key == kKeys - 1;
    if (Pick(2) == 0 || (last && load.records.empty())) {
      load.records.push_back(NextRecord(dataset, Key(key)));
    } else if (load.mode == v1::LOAD_MODE_DELTA && Pick(3) == 0 && exists(Key(key))) {
      load.removed.push_back(Key(key));
    }
  }
  return step;
}

}  // namespace probity::conformance
