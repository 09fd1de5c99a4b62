#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Installs the Debian packages that are missing. Needs neither root nor the network when all are there.
#
#   packages.sh [build] [run] [test] [deb]
set -eu

build="libnftables-dev libmnl-dev libsystemd-dev libsqlite3-dev zlib1g-dev"
run="iproute2 nftables nginx-light wrk curl"
test="conntrack haproxy iputils-ping mandoc prometheus python3 python3-prometheus-client shellcheck socat strace"
deb="debhelper dpkg-dev fakeroot lintian"

wanted=
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    run) wanted="$wanted $run" ;;
    test) wanted="$wanted $test" ;;
    deb) wanted="$wanted $deb" ;;
    *)
        echo "packages.sh: unknown group '$group'" >&2
        exit 2
        ;;
    esac
done

if ! command -v swift >/dev/null; then
    echo "packages.sh: swift is not in PATH; see https://www.swift.org/install/linux" >&2
    exit 1
fi

missing=
for package in $wanted; do
    # shellcheck disable=SC2016   # dpkg-query's own variable
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true) in
    ii*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "packages.sh: missing:$missing. As root: apt-get install$missing" >&2
    exit 1
fi

# nginx, haproxy and prometheus serve in our namespaces only: they must not start on this machine because they were installed.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' INT TERM HUP
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=900 -qq update
# shellcheck disable=SC2086   # words are wanted
apt-get -o DPkg::Lock::Timeout=900 -qq -y install --no-install-recommends $missing >/dev/null
for service in nginx haproxy prometheus; do
    case $missing in
    *"$service"*) systemctl --quiet disable "$service.service" >/dev/null 2>&1 || true ;;
    esac
done
