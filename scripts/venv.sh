# The Python environment of the folder that a script stands in, made once for each content of its
# requirements.txt, in the user's cache. Sourced.
# shellcheck shell=bash

make_venv() {  # name in the cache; sets $cache and $venv
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/probity/$1
  venv=$cache/venv-$(sha256sum requirements.txt | cut -c1-16)
  [ ! -e "$venv/.done" ] || return 0
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt || {
    echo "the packages of $PWD/requirements.txt could not be installed" >&2
    exit 3
  }
  touch "$venv/.done"
}
