#!/usr/bin/env bash
# What test.sh and quickstart.sh share: the packages of Debian 12 that are missing, and the Python of
# the end-to-end tests in build/venv. Sourced, from the root of the tree.

PACKAGES_BUILD="gcc cmake ninja-build ccache pkg-config libc6-dev libcurl4-openssl-dev libssl-dev
    libjson-c-dev libexpat1-dev libyaml-dev libcsv-dev libsqlite3-dev zlib1g-dev libcmocka-dev
    libmicrohttpd-dev python3 python3-venv"
PACKAGES_TEST="binutils clang clang-format git openssl"
PACKAGES_LONG="clang-tidy cppcheck libclang-rt-14-dev"

# Caches stay in the tree, so that nothing else on the machine is written.
export CCACHE_DIR="$PWD/build/cache/ccache" PIP_CACHE_DIR="$PWD/build/cache/pip"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1

say() { printf '\n== %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need_packages NAME...: installs those that are not there; silent when all are.
need_packages() {
    local name missing=()
    for name in "$@"; do
        case $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) in
        "install ok installed") ;;
        *) missing+=("$name") ;;
        esac
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# The Python of the tests, made anew only when its list of packages changed.
need_venv() {
    if cmp -s tests/e2e/requirements.txt build/venv/requirements.txt; then
        return 0
    fi
    say "making build/venv"
    rm -rf build/venv
    python3 -m venv build/venv
    build/venv/bin/pip install -q -r tests/e2e/requirements.txt
    cp tests/e2e/requirements.txt build/venv/requirements.txt
}
