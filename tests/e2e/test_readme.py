"""What the papers and --help show works as it stands there."""
import re
import shlex
from pathlib import Path

import estate as e
import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(paper, language):
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / paper).read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_the_config_of_the_readme_walks(watch, full, proxy, corrections, paper):
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT"), (e.TOKYO, "ENABLED")]
    config, accounts = blocks(paper, "yaml")[0], blocks(paper, "csv")[0]
    watch.write("yomawari.yaml", config)
    watch.write("accounts.csv", accounts)
    watch.scan()
    named = {line.split(",")[0] for line in accounts.splitlines()[1:]}
    assert {r[0] for r in watch.inventory()} == named == {e.ZERO, e.SHOP}
    external = re.search(r"external_id: ([^,}]+)", config)[1]
    assert all(f"ExternalId={external}".encode() in c.body for c in proxy.calls("AssumeRole"))


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_the_commands_of_the_readme_exist(watch, bare, paper):
    text = (ROOT / paper).read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `yomawari ([a-z]+)", text, re.M))
    shown = set(re.findall(r"^  ([a-z]+) ", watch.run("--help").out, re.M)) - {"yomawari"}
    assert listed == shown and {"scan", "diff", "query", "check"} <= shown
    for command in sorted(listed):
        help_text = watch.run(command, "--help").out
        assert help_text.startswith(f"usage: yomawari {command}") and "xample" in help_text and len(help_text.splitlines()) <= 40
        refused = "unknown option -c" in watch.run(command, "-c", "not-there.yaml").err
        assert refused == (command == "demo") == ("-c FILE" not in help_text.replace("-c, --config FILE", "-c FILE"))


def test_teams_come_from_where_the_readme_says(watch, full):
    watch.accounts({e.ZERO: "zero", e.SHOP: "shop"}, team="by-list")
    watch.scan()
    assert {r["team"] for r in watch.rows("inventory.csv")} == {"by-list"} and watch.rows("teams/by-list/inventory.csv")


def test_the_examples_of_help_run(watch, full):
    watch.scan()
    first = (watch.state / "latest").resolve().name
    watch.next_night()
    last = (watch.state / "latest").resolve().name
    for command in ("query", "diff"):
        example = next(line for line in watch.run(command, "--help").out.splitlines() if line.startswith(f"  yomawari {command}"))
        words = shlex.split(example)[1:]
        names = iter([first, last])
        result = watch.run(*[next(names) if re.fullmatch(r"\d{8}T\d{6}Z", w) else w for w in words])
        assert result.status == 0 and result.out.strip(), result
