# An authority for certificates that lives as long as a demonstration or a bench, and what it
# issues, in the directory $certificates.
# shellcheck shell=bash

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
authority() {  # name
  openssl req -x509 "${new_key[@]}" -days 2 -subj "/CN=$1" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout "$certificates/$1.key" -out "$certificates/$1.pem" 2>/dev/null
}
issue() {  # authority, name, alternative names, use
  openssl req "${new_key[@]}" -subj "/CN=$2" -keyout "$certificates/$2.key" \
    -out "$certificates/$2.csr" 2>/dev/null
  openssl x509 -req -in "$certificates/$2.csr" -CA "$certificates/$1.pem" \
    -CAkey "$certificates/$1.key" -CAcreateserial -days 1 -out "$certificates/$2.pem" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$3" "$4") 2>/dev/null
}
