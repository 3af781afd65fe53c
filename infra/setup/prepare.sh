#!/bin/sh
# Sets the checkout up: uv, the Python environment, front-end assets, system libraries.
#
#   sh infra/setup/prepare.sh demo     what runs: environment, assets, WeasyPrint's libraries
#   sh infra/setup/prepare.sh test     the same, with a browser and a mail server for the tests
#   sh infra/setup/prepare.sh tools    the environment only (linters, generated pages)
#
# A second call finds everything in place and returns in a few milliseconds. Proxies,
# certificates and package indexes come from the environment and the machine's own
# configuration: nothing here names a host.
set -eu

UV_PINNED=0.13.8
target=${1:-demo}
cd "$(dirname "$0")/../.."
root=$(pwd)
stamp=.venv/.prepared
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT || true  # the environment is ours: .venv

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# An organisation's own certificate authority is installed on its machines; pip, uv and
# Node bring stores of their own and would not see it.
machine_certificates=/etc/ssl/certs/ca-certificates.crt
if [ -s "$machine_certificates" ]; then
  export PIP_CERT="${PIP_CERT:-$machine_certificates}"
  export SSL_CERT_FILE="${SSL_CERT_FILE:-$machine_certificates}"
  export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$machine_certificates}"
fi

# --- system packages -------------------------------------------------------------------

apt_updated=no
apt_install() {  # installs the packages, or fails without a word more than apt's own
  is_root && command -v apt-get >/dev/null 2>&1 || return 1
  if [ "$apt_updated" = no ]; then
    say "Refreshing Debian's package lists…"
    apt-get -qq update >&2 || return 1
    apt_updated=yes
  fi
  say "Installing $*…"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
    --no-install-recommends "$@" >/dev/null
}

has_library() {
  [ -n "$(find /lib /usr/lib /usr/local/lib -maxdepth 2 -name "$1" -print -quit 2>/dev/null)" ]
}

ensure_pdf_libraries() {
  missing=
  has_library 'libpango-1.0.so.0' || missing="$missing libpango-1.0-0"
  has_library 'libpangoft2-1.0.so.0' || missing="$missing libpangoft2-1.0-0"
  has_library 'libharfbuzz-subset.so.0' || missing="$missing libharfbuzz-subset0"
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086  # one word per package
  apt_install $missing ||
    say "PDF documents will not be available: install$missing (apt-get install$missing), then run make again."
}

ensure_browser() {  # the one without windows takes half the work; a whole one does as well
  command -v chromium-headless-shell >/dev/null 2>&1 || apt_install chromium-headless-shell ||
    command -v chromium >/dev/null 2>&1 || apt_install chromium ||
    say "The browser tests cannot pass: install chromium-headless-shell (apt-get install chromium-headless-shell), then run make again."
}

ensure_mail_server() {
  [ -x /usr/sbin/exim4 ] || apt_install exim4-daemon-light ||
    say "The tests of mail cannot pass: install exim4-daemon-light (apt-get install exim4-daemon-light), then run make again."
}

# --- Python and uv ---------------------------------------------------------------------

find_python() {
  command -v python3 >/dev/null 2>&1 || apt_install python3 ||
    die "Python 3.11 or newer is needed: install python3 (apt-get install python3), then run make again."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; python3 here is $(python3 -V 2>&1)."
  python=$(python3 -c 'import sys; print(sys.executable)')
}

at_least() {  # at_least VERSION MINIMUM
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

own_uv() {
  has_venv || apt_install python3-venv && has_venv ||
    die "Python's venv module is not installed: install python3-venv (apt-get install python3-venv), then run make again."
  "$python" -m venv --clear .uv
  .uv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_PINNED" >&2
}

find_uv() {
  uv=$(command -v uv || true)
  if [ -n "$uv" ] && at_least "$("$uv" --version | cut -d ' ' -f 2)" "$UV_PINNED"; then
    return 0
  fi
  uv=$root/.uv/bin/uv
  [ -x "$uv" ] && [ "$("$uv" --version | cut -d ' ' -f 2)" = "$UV_PINNED" ] || own_uv
}

# --- the environment and the assets ----------------------------------------------------

sources_of_assets() {
  find web/creneau_web/static -name vendor -prune -o -type f -print 2>/dev/null | sort
}

inputs() {  # all that decides what the environment and the assets contain
  printf '%s\n' "$root"
  # shellcheck disable=SC2046  # our own file names hold no blanks
  cat infra/setup/prepare.sh pyproject.toml uv.lock ./*/pyproject.toml plugins/*/pyproject.toml \
    web/package-lock.json web/creneau_web/assets.py platform/creneau/towns/building.py \
    $(sources_of_assets) 2>/dev/null || true
}

environment_is_ready() {  # environment_is_ready WITH_ASSETS
  [ "$(sed -n 1p "$stamp" 2>/dev/null)" = "$sum" ] || return 1
  [ "$1" = no ] || { [ -d web/creneau_web/static/vendor ] && [ -f platform/creneau/towns/vendor/towns.json ] && grep -qx assets "$stamp"; }
}

prepare_environment() {  # prepare_environment WITH_ASSETS
  say "Setting up the Python environment (the first time takes a minute or two)…"
  find_python
  find_uv
  # The bytecode is written now, so that the first page does not wait for it.
  UV_PYTHON=${UV_PYTHON:-$python} UV_PYTHON_DOWNLOADS=never \
    "$uv" sync --frozen --compile-bytecode --quiet
  printf '%s\n' "$sum" >"$stamp.new"
  if [ "$1" = yes ]; then
    say "Fetching the front-end assets…"
    .venv/bin/python -m creneau_web.assets >&2
    echo assets >>"$stamp.new"
  fi
  mv "$stamp.new" "$stamp"
}

case $target in
  demo | test) with_assets=yes ;;
  tools) with_assets=no ;;
  *) die "Unknown target: $target (demo, test or tools)" ;;
esac

sum=$(inputs | cksum)
environment_is_ready "$with_assets" || prepare_environment "$with_assets"
[ "$target" = tools ] || ensure_pdf_libraries
[ "$target" != test ] || ensure_browser
[ "$target" != test ] || ensure_mail_server
