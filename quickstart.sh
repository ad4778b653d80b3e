#!/usr/bin/env bash
# Two nights of yomawari over a made-up company on AWS and Google Cloud, on a Debian 12 that has nothing but
# this tree. The cloud is a program of this tree on this machine; nothing outside of it is asked. What the
# nights wrote stays in ./yomawari-demo, to be looked at.
set -euo pipefail
cd "$(dirname "$0")"

. tests/setup.sh
# shellcheck disable=SC2086  # a list of words
need_packages $PACKAGES_BUILD

say "building build/release/yomawari"
mkdir -p build
cmake --preset release >build/release.configure.log || { cat build/release.configure.log; exit 1; }
cmake --build --preset release -j 2 --target yomawari --target fakecloud -- --quiet

build/release/yomawari demo
