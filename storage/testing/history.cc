#include "storage/testing/history.h"

#include "gtest/gtest.h"

namespace probity::storage::testing {

const std::vector<RandomDataset>& RandomDatasets() {
  static const auto* datasets =
      new std::vector<RandomDataset>{{"list", probity::v1::ABSENCE_MODE_DELISTED, ""},
                                     {"own", probity::v1::ABSENCE_MODE_RETRACTED, "authorities/x"},
                                     {"reg", probity::v1::ABSENCE_MODE_RETRACTED, ""},
                                     {"reg2", probity::v1::ABSENCE_MODE_RETRACTED, ""}};
  return *datasets;
}

void CreateRandomDatasets(Store* store) {
  for (const RandomDataset& dataset : RandomDatasets()) {
    ASSERT_TRUE(CreateDataset(store, dataset.id, dataset.absence, dataset.owner).ok());
  }
}

TestLoad RandomHistory::NextLoad(const Store& store) {
  const RandomDataset& dataset = RandomDatasets()[Pick(RandomDatasets().size())];
  TestLoad load{dataset.id};
  load.authority = dataset.owner;
  const bool delisted = dataset.absence == probity::v1::ABSENCE_MODE_DELISTED;
  const int kind = Pick(4);
  if (kind == 0) load.mode = probity::v1::LOAD_MODE_DELTA;
  if (delisted) {
    const bool backfill = kind == 1;
    if (backfill) load.mode = probity::v1::LOAD_MODE_BACKFILL;
    load.edition = std::to_string(backfill ? 1990 + Pick(30) : 2020 + steps_++) + "-01-01";
  }
  for (int key = 0; key < kKeys; ++key) {
    const std::string name = "k" + std::to_string(key);
    if (Pick(2) == 0) {
      load.records.push_back(NextRecord(name));
    } else if (load.mode == probity::v1::LOAD_MODE_DELTA && Pick(3) == 0 &&
               store.Head(dataset.owner)->GetRecord({dataset.id, name})->has_value()) {
      load.removed.push_back(name);
    }
  }
  return load;
}

probity::v1::Record RandomHistory::NextRecord(const std::string& key) {
  if (Pick(5) == 0) {
    return Flag(key, "datasets/reg/records/k" + std::to_string(Pick(kKeys)));
  }
  // Few values, so that records meet, part and contradict each other.
  IdList ids;
  if (Pick(2) == 0) ids.push_back({"GB-COH", std::to_string(Pick(4))});
  if (Pick(2) == 0) ids.push_back({"XI-LEI", std::to_string(Pick(4))});
  if (Pick(4) == 0) ids.push_back({"US-EIN", std::to_string(Pick(2))});
  return Party(key, "Firm " + std::to_string(Pick(3)), ids);
}

}  // namespace probity::storage::testing
