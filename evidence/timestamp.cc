#include "evidence/timestamp.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/x509.h"
#include "evidence/signed_bytes.h"

namespace probity::evidence {
namespace {

struct Free : OpenSslFree {
  using OpenSslFree::operator();
  void operator()(ASN1_INTEGER* one) const { ASN1_INTEGER_free(one); }
  void operator()(ASN1_OBJECT* one) const { ASN1_OBJECT_free(one); }
  void operator()(BIGNUM* one) const { BN_free(one); }
  void operator()(PKCS7* one) const { PKCS7_free(one); }
  void operator()(TS_MSG_IMPRINT* one) const { TS_MSG_IMPRINT_free(one); }
  void operator()(TS_REQ* one) const { TS_REQ_free(one); }
  void operator()(TS_RESP* one) const { TS_RESP_free(one); }
  void operator()(TS_TST_INFO* one) const { TS_TST_INFO_free(one); }
  void operator()(TS_VERIFY_CTX* one) const { TS_VERIFY_CTX_free(one); }
  void operator()(X509_ALGOR* one) const { X509_ALGOR_free(one); }
};
template <typename Type>
using Owned = std::unique_ptr<Type, Free>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <typename Type>
std::string Der(Type* one, int (*encode)(const Type*, unsigned char**)) {
  unsigned char* bytes = nullptr;
  const int size = encode(one, &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size > 0 ? size : 0));
  OPENSSL_free(bytes);
  return der;
}

// The deepest reason that OpenSSL gives for what it refused.
std::string OpensslReason() {
  const unsigned long code = ERR_peek_last_error();  // NOLINT(google-runtime-int): OpenSSL's type
  const char* data = nullptr;
  int flags = 0;
  ERR_peek_last_error_all(nullptr, nullptr, nullptr, &data, &flags);
  const char* reason = ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "not said" : reason;
  if (data != nullptr && data[0] != '\0') absl::StrAppend(&text, ": ", data);
  ERR_clear_error();
  return text;
}

Owned<TS_REQ> MakeRequest(const TimestampQuery& query) {
  Owned<TS_REQ> request(TS_REQ_new());
  TS_REQ_set_version(request.get(), 1);
  const Owned<TS_MSG_IMPRINT> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR> algorithm(X509_ALGOR_new());
  X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get());
  std::string digest = query.sha256;
  TS_MSG_IMPRINT_set_msg(imprint.get(), reinterpret_cast<unsigned char*>(digest.data()),
                         static_cast<int>(digest.size()));
  TS_REQ_set_msg_imprint(request.get(), imprint.get());
  if (!query.policy_oid.empty()) {
    const Owned<ASN1_OBJECT> policy(OBJ_txt2obj(query.policy_oid.c_str(), 1));
    TS_REQ_set_policy_id(request.get(), policy.get());
  }
  if (!query.nonce.empty()) {
    const Owned<BIGNUM> number(
        BN_bin2bn(Bytes(query.nonce), static_cast<int>(query.nonce.size()), nullptr));
    const Owned<ASN1_INTEGER> nonce(BN_to_ASN1_INTEGER(number.get(), nullptr));
    TS_REQ_set_nonce(request.get(), nonce.get());
  }
  TS_REQ_set_cert_req(request.get(), 1);
  return request;
}

// What stands in a status of an answer.
std::string StatusText(TS_RESP* answer) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  TS_STATUS_INFO_print_bio(out.get(), TS_RESP_get_status_info(answer));
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  std::string text(data, static_cast<size_t>(size));
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

// Certificates of a PEM text; nullptr when there is none.
Owned<X509_STORE> ReadStore(absl::string_view pem) {
  const Owned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Owned<X509_STORE> store(X509_STORE_new());
  bool any = false;
  while (true) {
    const Owned<X509> one(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    any = X509_STORE_add_cert(store.get(), one.get()) == 1 || any;
  }
  ERR_clear_error();
  return any ? std::move(store) : nullptr;
}

bool TimeOf(const TS_TST_INFO* info, std::tm* time) {
  const ASN1_GENERALIZEDTIME* stamped = TS_TST_INFO_get_time(info);
  return stamped != nullptr && ASN1_TIME_to_tm(stamped, time) == 1;
}

std::string SignerOf(PKCS7* token) {
  STACK_OF(X509)* signers = PKCS7_get0_signers(token, nullptr, 0);
  if (signers == nullptr) return "";
  std::string name;
  if (sk_X509_num(signers) > 0) {
    char* line = X509_NAME_oneline(X509_get_subject_name(sk_X509_value(signers, 0)), nullptr, 0);
    name = line;
    OPENSSL_free(line);
  }
  sk_X509_free(signers);
  return name;
}

absl::Status Wrong(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("the time stamp is not valid: ", why));
}

}  // namespace

std::string TimestampedDigest(const v1::LogHead& head) { return Sha256(HeadBytes(head)); }

std::string EncodeTimestampQuery(const TimestampQuery& query) {
  const Owned<TS_REQ> request = MakeRequest(query);
  return Der<TS_REQ>(request.get(), &i2d_TS_REQ);
}

absl::StatusOr<std::string> TokenOfAnswer(absl::string_view answer) {
  const unsigned char* at = Bytes(answer);
  const Owned<TS_RESP> response(d2i_TS_RESP(nullptr, &at, static_cast<int64_t>(answer.size())));
  ERR_clear_error();
  if (response == nullptr || at != Bytes(answer) + answer.size()) {
    return absl::InvalidArgumentError("the answer is none of RFC 3161");
  }
  PKCS7* const token = TS_RESP_get_token(response.get());
  if (token != nullptr) return Der<PKCS7>(token, &i2d_PKCS7);
  return absl::InvalidArgumentError(
      absl::StrCat("the authority gave no token: ", StatusText(response.get())));
}

absl::Status CheckCertificates(absl::string_view pem, absl::string_view field) {
  if (ReadStore(pem) != nullptr) return absl::OkStatus();
  return InvalidField(field, "holds no certificate in PEM");
}

absl::Status CheckPolicyOid(absl::string_view oid, absl::string_view field) {
  const Owned<ASN1_OBJECT> object(OBJ_txt2obj(std::string(oid).c_str(), 1));
  ERR_clear_error();
  if (object != nullptr) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("\"", oid, "\" is no OID such as 1.3.6.1.4.1.1"));
}

absl::StatusOr<Timestamped> VerifyTimestamp(absl::string_view token, const TimestampQuery& query,
                                            absl::string_view ca_pem) {
  const unsigned char* at = Bytes(token);
  const Owned<PKCS7> parsed(d2i_PKCS7(nullptr, &at, static_cast<int64_t>(token.size())));
  const bool whole = parsed != nullptr && at == Bytes(token) + token.size();
  const Owned<TS_TST_INFO> info(whole ? PKCS7_to_TS_TST_INFO(parsed.get()) : nullptr);
  ERR_clear_error();
  std::tm time{};
  if (info == nullptr || !TimeOf(info.get(), &time)) return Wrong("it is no token of RFC 3161");
  Owned<X509_STORE> store = ReadStore(ca_pem);
  if (store == nullptr) return Wrong("there is no certificate to verify it with");
  const std::time_t seconds = timegm(&time);
  // Certificates run out, what they stamped before stays stamped.
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), seconds);
  const Owned<TS_REQ> request = MakeRequest(query);
  const Owned<TS_VERIFY_CTX> context(TS_REQ_to_TS_VERIFY_CTX(request.get(), nullptr));
  TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  if (TS_RESP_verify_token(context.get(), parsed.get()) != 1) return Wrong(OpensslReason());
  return Timestamped{static_cast<int64_t>(seconds) * 1000000, SignerOf(parsed.get())};
}

}  // namespace probity::evidence
