#!/bin/sh
# Makes the files of this folder anew: an invented authority whose certificates run
# for one day, one token of it over the head of size 5 of the tests' log
# (evidence/testing.h, key 0), and another authority.
set -eu
work=$(mktemp -d)
cat > "$work/conf" <<'END'
[req]
distinguished_name = name
prompt = no
[name]
CN = Invented Time Stamping Authority
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = CA:false
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = config
[config]
serial = $ENV::WORK/serial
signer_cert = $ENV::WORK/tsa.pem
signer_key = $ENV::WORK/tsa.key
certs = $ENV::WORK/ca.pem
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
END
export WORK="$work"
echo 01 > "$work/serial"
for ca in ca other_ca; do
  openssl req -x509 -config "$work/conf" -extensions ca -subj "/CN=Invented CA $ca" -newkey rsa:2048 -nodes \
    -keyout "$work/$ca.key" -out "$work/$ca.pem" -days 1
done
openssl req -new -config "$work/conf" -newkey rsa:2048 -nodes -keyout "$work/tsa.key" -out "$work/tsa.csr"
openssl x509 -req -in "$work/tsa.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -set_serial 2 -days 1 \
  -extfile "$work/conf" -extensions stamps -out "$work/tsa.pem"
head=2bb63fca363b5c37c4085dc2cb1476efcab791b930e133ee0f47f785c688ee88
openssl ts -query -config "$work/conf" -digest "$head" -sha256 -cert -tspolicy 1.2.3.4.1 -out "$work/query.der"
openssl ts -reply -config "$work/conf" -queryfile "$work/query.der" -out "$work/answer.der"
cp "$work/ca.pem" "$work/other_ca.pem" "$work/query.der" "$work/answer.der" "$(dirname "$0")"
rm -rf "$work"
