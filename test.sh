#!/usr/bin/env bash
# Builds everything and runs every test, on a Debian 12 that has nothing but this tree. CTest has the
# last word. --long adds what takes more than CI's twenty minutes: fuzzing, more seeds, static analysis.
set -euo pipefail
cd "$(dirname "$0")"

long=no
case "${1:-}" in
"") ;;
--long) long=yes ;;
*)
    echo "usage: ./test.sh [--long]" >&2
    exit 2
    ;;
esac

. tests/setup.sh
# shellcheck disable=SC2086  # lists of words
need_packages $PACKAGES_BUILD $PACKAGES_TEST
need_venv

mkdir -p build

# build PRESET [TARGETS]
build() {
    cmake --preset "$1" >"build/$1.configure.log" 2>&1 || {
        cat "build/$1.configure.log"
        return 1
    }
    cmake --build --preset "$1" -j 2 ${2:+--target $2} -- --quiet
}

# Analysis and fuzzing come first, so that CTest's closing line is the last one printed.
analyse() {
    # shellcheck disable=SC2086
    need_packages $PACKAGES_LONG
    say "clang-tidy"
    run-clang-tidy -quiet -p build/clang -j 2 "^$PWD/(core|providers|checks|reports|scanner)/.*"
    say "cppcheck"
    mkdir -p build/cache/cppcheck
    cppcheck --quiet --project=build/clang/compile_commands.json --cppcheck-build-dir=build/cache/cppcheck -j 2 \
        -itests -ibuild --suppress=unknownMacro --suppress=incorrectLogicOperator --suppress=ctuuninitvar \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1
}

fuzz() {
    say "fuzzing, ${FUZZ_SECONDS:-60} s a target"
    cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang \
        -DYOMAWARI_SANITIZE=ON -DYOMAWARI_FUZZ=ON >build/fuzz.configure.log
    cmake --build build/fuzz -j 2 -- --quiet
    local target name found=0
    for target in $(find build/fuzz -type f -name 'fuzz_*' -perm -u+x | sort); do
        name=$(basename "$target")
        name=${name#fuzz_}
        mkdir -p "build/fuzz/corpus/$name"
        "$target" -max_total_time="${FUZZ_SECONDS:-60}" -rss_limit_mb=2048 -timeout=10 -print_final_stats=0 \
            -artifact_prefix="build/fuzz/" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" 2>"build/fuzz/$name.log" ||
            { tail -n 40 "build/fuzz/$name.log"; return 1; }
        echo "$name: $(grep -c '' "build/fuzz/$name.log") lines of log, no crash"
        found=$((found + 1))
    done
    [ "$found" -gt 0 ] || { echo "no fuzz target was built" >&2; return 1; }
}

say "building with gcc and the sanitizers"
build asan
say "building with clang"
build clang
say "building for release"
build release "$([ $long = yes ] || echo "yomawari fakecloud")"
if [ $long = yes ]; then
    analyse
    fuzz
    export YOMAWARI_LONG=1
else
    export YOMAWARI_PLAIN=$PWD/build/release/yomawari
fi
say "testing"
# More at once than processors: much of what runs waits for answers that are late on purpose, and for quotas.
ctest --preset asan -j 6
