#!/usr/bin/env bash
# Runs one file of end-to-end tests: PYTHON FILE [PROGRAM]. Exit 77 says skipped, as CTest expects.
python=$1 file=$2 program=${3:-}
if [ ! -x "$python" ]; then
    echo "skipped: there is no $python; ./test.sh makes it"
    exit 77
fi
if [ "$file" != test_harness.py ] && [ ! -x "$program" ]; then
    echo "skipped: the program yomawari is not built here"
    exit 77
fi
export YOMAWARI=$program PYTHONDONTWRITEBYTECODE=1
exec "$python" -m pytest -q -rs -p no:cacheprovider "$file"
