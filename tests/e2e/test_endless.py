"""A check whose query never ends costs its minute, and nobody else anything. In a file of its own: it takes that minute."""
import checkfile
import estate as e


def test_an_endless_check_is_unknown_with_its_reason(watch, full):
    watch.accounts({e.DATA: "data"})
    watch.write("checks.d/endless.yaml", checkfile.check("endless", checkfile.slow(9, powers=12)))
    watch.scan(timeout=500)
    control = next(r for r in watch.rows("controls.csv") if r["check"] == "endless")
    assert control["passed"] == "0" and int(control["unknown"]) > 0 and "took longer than 60" in control["reason"]
    assert watch.findings() == {f for f in full.truth.findings if f[1] == e.DATA}
