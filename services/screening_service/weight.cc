#include "services/screening_service/weight.h"

namespace probity::screening_service {
namespace {

constexpr size_t kNamedBeside = 2;
constexpr size_t kNamedAlone = 6;

size_t OfName(const v1::ScreenedSubject& subject) {
  if (subject.name().empty()) return 0;
  return subject.has_ref() ? kNamedBeside : kNamedAlone;
}

}  // namespace

size_t WeightOf(const v1::ScreenSupplierRequest& request) {
  size_t weight = 1 + OfName(request.subject());
  for (const v1::PurchaseParty& party : request.purchase().parties()) {
    weight += OfName(party.subject());
  }
  for (const v1::PurchaseItem& item : request.purchase().items()) {
    weight += OfName(item.manufacturer());
  }
  return weight;
}

}  // namespace probity::screening_service
