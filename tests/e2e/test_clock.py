"""The machine's clock is set back, or stands: runs keep their order."""
import estate as e


def test_a_clock_set_back_keeps_the_order_of_runs(watch, full):
    watch.scan()
    watch.next_night()
    group = full.group(e.SHOP, e.EAST, "while-the-clock-was-wrong")
    watch.next_night(nights=-3)
    assert watch.runs() == sorted(watch.runs()) and len(watch.runs()) == 3
    assert watch.run_json()["run"] == watch.runs()[-1]
    assert {r[:5] for r in watch.changes()} == {("added", e.SHOP, e.EAST, "aws_ec2_security_group", group)}
    full.delete_group(e.SHOP, e.EAST, group)
    watch.next_night(nights=4)
    assert {r[:5] for r in watch.changes()} == {("removed", e.SHOP, e.EAST, "aws_ec2_security_group", group)}
    assert len(watch.runs()) == 4 and watch.run_json()["run"] == watch.runs()[-1]


def test_two_scans_in_one_second_are_two_runs(watch, bare):
    watch.scan()
    watch.scan("--detailed-exitcode", status=0)
    assert len(watch.runs()) == 2 and watch.changes() == []
