#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Builds the Debian package into dist/: deb.sh [--pair]. --pair leaves it in dist/pair as well, as old.deb and, with a
# higher version, as new.deb: for tests of upgrades.
set -eu
cd "$(dirname "$0")/../.."

Packaging/scripts/packages.sh build deb
version=$(sed -n 's/.*static let text = "\(.*\)"$/\1/p' Protocol/BalancerProtocol/Version.swift)
if [ "$(dpkg-parsechangelog -l Packaging/debian/changelog -S Version)" != "$version" ]; then
    echo "deb.sh: Packaging/debian/changelog is not about version $version" >&2
    exit 1
fi

# dpkg-buildpackage wants debian/ at the root and writes beside the root: a copy of the tree, always at the same place, so
# that the next build is a short one.
stage=$PWD/.build-deb/source
rm -rf "$stage"
mkdir -p "$stage" dist
tar --exclude-vcs --exclude='./.build*' --exclude=./dist --exclude=./build -cf - . | tar -xf - -C "$stage"
cp -R Packaging/debian "$stage/debian"

rm -rf dist/nftlbd* dist/pair
SCRATCH=$PWD/.build-deb/build DESTINATION=$PWD/dist
export SCRATCH DESTINATION
(cd "$stage" && dpkg-buildpackage -us -uc -b -d --buildinfo-option=-u"$DESTINATION" \
    --buildinfo-file="$DESTINATION/nftlbd.buildinfo" --changes-option=-u"$DESTINATION" \
    --changes-file="$DESTINATION/nftlbd.changes")

if [ "${1:-}" = --pair ]; then
    mkdir dist/pair
    cp "dist/nftlbd_${version}_$(dpkg --print-architecture).deb" dist/pair/old.deb
    dpkg-deb -R dist/pair/old.deb "$stage.next"
    sed -i 's/^Version: .*/&+next/' "$stage.next/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$stage.next" dist/pair/new.deb >/dev/null
    rm -rf "$stage.next"
fi
ls -l dist/*.deb
