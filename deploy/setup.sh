#!/usr/bin/env bash
# Makes this checkout ready: .venv with the locked packages, Chromium, and skia's system libraries.
# Safe to call at any time, by several at once, and offline once it has succeeded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PY=.venv/bin/python
STAMP=.venv/ready
LIBRARIES=(libEGL.so.1 libGL.so.1)
LIBRARY_PACKAGES=(libegl1 libgl1)
BROWSERS=(chromium chromium-browser chromium-headless-shell google-chrome google-chrome-stable)

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$1"; say "repair it by: $2"; say "then call this again"; exit 1; }

one_at_a_time() {  # the lock is the folder itself: nothing is left behind
  command -v flock >/dev/null || return 0
  exec 9<.
  flock --nonblock 9 || { say "another set-up is at work in this folder; waiting for it"; flock 9; }
}

supported() { "$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if command -v "$candidate" >/dev/null && supported "$candidate"; then echo "$candidate"; return; fi
  done
  stop "no Python 3.11 to 3.13 with venv on PATH" "apt-get install python3 python3-venv"
}

fingerprint() {  # what the packages in .venv were made from, and where
  { pwd; cat deploy/setup.sh deploy/uv.lock requirements.lock pyproject.toml; } | "$PY" -c \
    'import hashlib, sys; print(sys.version.split()[0], hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

packages_ready() { [[ -f $STAMP ]] && supported "$PY" && [[ $(fingerprint) == "$(<"$STAMP")" ]]; }

make_venv() {
  local python
  python=$(find_python)
  say "making .venv with $python"
  rm -rf .venv
  "$python" -m venv .venv || stop "$python cannot make a venv" "apt-get install python3-venv   (as root)"
}

install_packages() {
  supported "$PY" || make_venv
  rm -f "$STAMP"
  say "installing the packages of requirements.lock"
  "$PY" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r deploy/uv.lock ||
    stop "uv could not be installed; is PyPI reachable?" "$PY -m pip install uv"
  uv_pip sync --require-hashes requirements.lock ||
    stop "the packages could not be installed" ".venv/bin/uv pip sync --python $PY requirements.lock"
  uv_pip install --no-deps --no-build-isolation --editable .
  fingerprint >"$STAMP"
}

uv_pip() { local verb=$1; shift; .venv/bin/uv pip "$verb" --quiet --python "$PY" "$@"; }

apt() {
  command -v apt-get >/dev/null || return 1
  local root=()
  [[ $(id -u) == 0 ]] || root=(sudo -n)
  "${root[@]}" apt-get update -qq </dev/null >&2 || true  # the lists at hand may do
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" \
    </dev/null >&2
}

libraries_ready() {
  [[ $(uname -s) != Linux ]] ||
    "$PY" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "${LIBRARIES[@]}" 2>/dev/null
}

install_libraries() {
  say "installing ${LIBRARY_PACKAGES[*]} (skia draws with them)"
  { apt "${LIBRARY_PACKAGES[@]}" && libraries_ready; } ||
    stop "${LIBRARIES[*]} are missing" "apt-get install ${LIBRARY_PACKAGES[*]}   (as root)"
}

browser_ready() {  # the same search as the program's own
  [[ -z ${VIDP_CHROMIUM:-} ]] || return 0
  local name
  for name in "${BROWSERS[@]}"; do command -v "$name" >/dev/null && return; done
  "$PY" -c 'from vid_pipeline.media import chromium; chromium.find()' 2>/dev/null
}

install_browser() {
  say "installing Chromium (it lays out the cards)"
  { "$PY" -m playwright install --with-deps chromium </dev/null >&2 && browser_ready; } ||
    { { apt chromium-headless-shell || apt chromium; } && browser_ready; } ||  # the shell: half the memory
    stop "there is no Chromium" "apt-get install chromium   (as root), or: $PY -m playwright install --with-deps chromium"
}

one_at_a_time
packages_ready || install_packages
libraries_ready || install_libraries
browser_ready || install_browser
