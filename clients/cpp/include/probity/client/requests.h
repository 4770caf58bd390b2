// Parts of requests.
#ifndef PROBITY_CLIENT_REQUESTS_H_
#define PROBITY_CLIENT_REQUESTS_H_

#include <chrono>
#include <string>

#include "probity/client/result.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::client {

// Asks about whom a register's number names: ByIdentifier("GB-COH", "04830352"). `scheme`: a code
// of org-id.guide or one of Probity's own. Set the name beside it and both are compared.
v1::ScreenedSubject ByIdentifier(const std::string& scheme, const std::string& value);
// Asks by a vendor number that was registered before. Leading zeros count.
v1::ScreenedSubject ByVendor(const std::string& system, const std::string& number);
// Items of a batch or stream that ask by vendor number; the number is the correlation id.
Source<v1::BatchScreenItem> VendorItems(std::string system, Source<std::string> numbers);

// The newest revision at hand; what an absent Consistency means too.
v1::Consistency MinimizeLatency();
// This revision or a later one, as what was just written:
// AtLeastAsFresh(written->stamp().revision()). UNAVAILABLE / REVISION_NOT_YET_HERE where the
// server is behind. An empty token is refused with INVALID_ARGUMENT.
v1::Consistency AtLeastAsFresh(const v1::RevisionToken& revision);
// This revision as it was. FAILED_PRECONDITION / REVISION_EXPIRED once it is gone; the metadata
// name the earliest one left.
v1::Consistency AtExactRevision(const v1::RevisionToken& revision);
// What was known at this instant.
v1::Consistency KnownAt(std::chrono::system_clock::time_point instant);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_REQUESTS_H_
