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
# Long walks that meet no hostile input go without the sanitizers where test.sh says so, to keep CI's time; with --long
# they have them, as all others always do.
plain=" test_calls.py test_changes.py test_checks.py test_clock.py test_commands.py test_crash.py test_demo.py test_discovery.py test_ephemeral.py
test_equals_boto3.py test_equals_fakecloud.py test_every_type.py test_evidence.py test_exposure.py test_fakecloud_events.py test_fakecloud_evidence.py
test_fakecloud_flow_logs.py test_filters.py test_gcp_assets.py test_gcp_quota.py test_gcp_sources.py test_gcp_truth.py
test_grammar.py test_occurrences.py test_order.py test_outbound_dns.py test_outcomes.py test_quiet_nights.py test_root_used.py test_sharing.py test_truth.py test_types.py "
if [ -x "${YOMAWARI_PLAIN:-}" ] && [[ $plain =~ [[:space:]]$file[[:space:]] ]]; then
    program=$YOMAWARI_PLAIN
fi
export YOMAWARI=$program PYTHONDONTWRITEBYTECODE=1
exec "$python" -m pytest -q -rs -p no:cacheprovider "$file"
