#include "services/identity/client_trust.h"

#include <openssl/err.h>

#include "absl/strings/str_cat.h"
#include "services/identity/certificate_caller.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

// A certificate whose issuer has no list goes on as if it were on none.
int PassMissingLists(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return ok;
  return X509_STORE_CTX_get_error(context) == X509_V_ERR_UNABLE_TO_GET_CRL ? 1 : 0;
}

absl::Status Refusal(X509_STORE_CTX* context) {
  const int error = X509_STORE_CTX_get_error(context);
  const X509* at = X509_STORE_CTX_get_current_cert(context);
  const std::string name =
      at == nullptr ? "?" : ShownName(NameForPeople(X509_get_subject_name(at)));
  return rpc::NotIdentified(absl::StrCat(
      "the client certificate is refused: ", X509_verify_cert_error_string(error), " (", name,
      error == X509_V_ERR_CERT_REVOKED ? "); ask your authority for a new one" : ")"));
}

}  // namespace

ClientTrust::ClientTrust(const TlsMaterial& material, bool check_revocation,
                         bool allow_missing_list)
    : allow_missing_list_(allow_missing_list), store_(X509_STORE_new()) {
  for (const auto& authority : material.authorities) {
    X509_STORE_add_cert(store_.get(), authority.get());
  }
  for (const auto& list : material.revocation_lists) X509_STORE_add_crl(store_.get(), list.get());
  if (check_revocation) {
    X509_STORE_set_flags(store_.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
}

absl::Status ClientTrust::Check(X509* certificate, const Certificates& between,
                                absl::Time now) const {
  ERR_clear_error();
  const Owned<STACK_OF(X509)> untrusted(sk_X509_new_null());
  for (const auto& one : between) sk_X509_push(untrusted.get(), one.get());
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store_.get(), certificate, untrusted.get()) != 1) {
    return rpc::NotIdentified(
        absl::StrCat("the client certificate cannot be checked: ", OpenSslFault()));
  }
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(now));
  if (allow_missing_list_) X509_STORE_CTX_set_verify_cb(context.get(), &PassMissingLists);
  const bool is_trusted = X509_verify_cert(context.get()) == 1;
  const absl::Status refusal = is_trusted ? absl::OkStatus() : Refusal(context.get());
  ERR_clear_error();
  return refusal;
}

}  // namespace probity::identity
