// Options that describe a purchase: the same wherever one is asked about.
#ifndef PROBITY_CLI_PURCHASE_OPTIONS_H_
#define PROBITY_CLI_PURCHASE_OPTIONS_H_

#include <functional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/string_view.h"
#include "probity/v1/purchase.pb.h"

namespace probity::cli {

// Adds --item, --party, --requires, --buyer, --purpose and the others; `purchase` gives
// the message to fill.
void AddPurchaseOptions(CLI::App* command, const std::function<v1::PurchaseContext*()>& purchase);

// Items and requirements are named by their places where they have no id.
void NumberParts(v1::PurchaseContext* purchase);

// "demo" and "policies/demo" both name policies/demo.
std::string PolicyName(absl::string_view text);

}  // namespace probity::cli

#endif  // PROBITY_CLI_PURCHASE_OPTIONS_H_
