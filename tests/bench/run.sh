#!/usr/bin/env bash
# Builds for release and measures: docs/performance.md. Further arguments go to bench.py (--quick, --smoke).
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --preset release >build/release.configure.log
cmake --build --preset release --target yomawari fakecloud bench_calls bench_server bench_flows bench_exposure bench_trails -j 2 -- --quiet
exec python3 tests/bench/bench.py build/release "$@"
