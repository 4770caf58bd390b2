// Lets calls on that the access file permits, before their requests are looked at.
#ifndef PROBITY_SERVICES_ACCESS_ACCESS_GATE_H_
#define PROBITY_SERVICES_ACCESS_ACCESS_GATE_H_

#include "services/access/access_book.h"
#include "services/access/permissions.h"
#include "services/rpc/gate.h"

namespace probity::access {

// Stands behind who finds out who calls. PERMISSION_DENIED depends on the caller and the
// method alone; a call that it lets on acts for the authority, and changes the datasets, that
// the caller's bindings name.
class AccessGate final : public rpc::Gate {
 public:
  // `book` outlives the gate.
  explicit AccessGate(const AccessBook& book) : book_(book) {}

  absl::Status Enter(const grpc::CallbackServerContext& /*context*/, absl::string_view method,
                     rpc::CallContext* call) override {
    return book_.Current()->Admit(methods_.Of(method), &call->caller);
  }

 private:
  const AccessBook& book_;
  const MethodPermissions methods_;
};

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_ACCESS_GATE_H_
