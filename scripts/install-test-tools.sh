#!/usr/bin/env bash
# Installs what the tests need besides Go: servers, a browser and document
# tools. It does nothing where all is there. Run it as root on Debian; without
# root it says what is missing and what to ask for.
set -euo pipefail

packages=(postgresql redis-server nginx haproxy caddy chromium poppler-utils
  libreoffice-writer libreoffice-calc libreoffice-impress libxml2-utils openssl systemd
  fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-droid-fallback git nodejs npm procps)

have() { command -v "$1" >/dev/null 2>&1; }
missing() {
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || have initdb || echo postgresql
  [ -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf ] || echo fonts-droid-fallback
  local pair
  for pair in redis-server:redis-server nginx:nginx haproxy:haproxy caddy:caddy chromium:chromium \
    pdftotext:poppler-utils soffice:libreoffice-writer xmllint:libxml2-utils openssl:openssl systemd-analyze:systemd git:git node:nodejs npm:npm ps:procps; do
    have "${pair%%:*}" || [ -x "/usr/sbin/${pair%%:*}" ] || echo "${pair##*:}"
  done
}

need=$(missing | sort -u | tr '\n' ' ')
if [ -n "${need// /}" ]; then
  if [ "$(id -u)" != 0 ] || ! have apt-get; then
    echo "The tests need programs that are not installed: $need" >&2
    echo "On Debian or Ubuntu run: sudo $0" >&2
    echo "Elsewhere install them with your package manager; the tests that need them are skipped until then." >&2
    [ "${CI:-}" = true ] && exit 1
    exit 0
  fi
  # Node comes from Debian only where no newer one is there already.
  have node && packages=("${packages[@]/nodejs/}") && have npm && packages=("${packages[@]/npm/}")
  echo "installing: $need"
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts servers when they are installed; the tests start their own on
  # free ports, so the new ones stay down (invoke-rc.d, policy-rc.d).
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  apt-get update -qq
  # shellcheck disable=SC2068  # empty entries must vanish
  apt-get install -y -qq --no-install-recommends ${packages[@]} >/dev/null
fi
# The OpenID provider and the accessibility rules that tests of both modules use.
(cd "$(dirname "$0")/../e2e" && npm ci --silent --ignore-scripts)
echo "test tools: ready"
