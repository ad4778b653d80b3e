"""The pages of docs/ that people build from: what they write is written, what they run is run, and says what they say it does."""
import fnmatch
import os
import re
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.S | re.M)
NAME = re.compile(r"(?:#|/\*) (\S+)(?: \*/)?\n")


def blocks(page):
    return BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The headers where `cmake --install` puts them."""
    build = Path(os.environ["YOMAWARI"]).resolve().parent if os.environ.get("YOMAWARI") else None
    if build is None or not (build / "cmake_install.cmake").exists():
        pytest.skip("the program under test lies in no build folder")
    prefix = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", build, "--component", "headers", "--prefix", prefix], check=True, capture_output=True)
    return prefix


@pytest.fixture
def tmp_path(binary):
    """Beside the program, where nobody else may write, as plugins are loaded from nowhere else."""
    place = Path(binary).resolve().parent
    for folder in (place, *place.parents):
        mode = folder.stat()
        if mode.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or mode.st_uid not in (0, os.geteuid()):
            pytest.skip(f"others may write to {folder}")
    with tempfile.TemporaryDirectory(dir=place, prefix="docs-") as folder:
        yield Path(folder)


def shell(watch, script, prefix):
    """As a person would run it, with the program on the path and what is installed where it is installed."""
    path = f"{Path(watch.binary).resolve().parent}:{os.environ['PATH']}"
    return subprocess.run(["bash", "-euc", script.replace("/usr/local", str(prefix))], cwd=watch.folder, text=True, capture_output=True,
                          env=watch.environment(PATH=path), timeout=120, check=False)


@pytest.mark.parametrize("page", ["checks.md", "types.md", "plugins.md"])
def test_what_the_page_shows_works(watch, bare, installed, page):
    said, ran = None, 0
    only = ["aws_s3_bucket"] + ["aws_ec2_region"] * (page == "types.md")
    watch.config([{"aws": {"accounts": "accounts.csv", "role": "watch", "regions": "us-east-1"}}], inventory={"only": only})
    for language, text in blocks(page):
        named = NAME.match(text)
        if language in ("yaml", "c"):
            watch.write(named[1], text)
        elif language == "sh":
            result = shell(watch, text, installed)
            assert result.returncode == 0, (text, result.stdout, result.stderr)
            said, ran = result.stdout, ran + 1
        else:
            assert language == "text" and said is not None
            assert len(said.splitlines()) == len(text.splitlines()), said
            assert all(fnmatch.fnmatchcase(s, t.replace("[", "[[]")) for s, t in zip(said.splitlines(), text.splitlines())), said
    assert ran >= 2


def test_a_plugin_is_built_from_the_headers_of_the_tree_too(watch, installed):
    """And from nothing else: what is installed is all that check.h asks for."""
    text = next(t for language, t in blocks("plugins.md") if language == "c")
    source = watch.write("twins.c", text)
    for folder in (ROOT, installed / "include" / "yomawari"):
        subprocess.run(["gcc", "-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC", "-I", folder, "-o",
                        watch.folder / "twins.so", source], check=True)


def test_the_readmes_name_the_pages():
    for readme in ("README.md", "README.ja.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        for page in ("checks", "types", "plugins"):
            assert f"(docs/{page}.md)" in text


# The built-in plugins, as shared objects out of the same sources.

def outcome_of(result):
    lines = [line for line in result.out.splitlines() if line.startswith(("ok", "FAIL"))]
    return sorted(lines), result.out.splitlines()[-1]


def test_built_in_plugins_pass_the_same_tests_from_a_folder(watch, bare):
    built_in = watch.run("check", "test")
    built = sorted((Path(watch.binary).resolve().parent / "plugins.d").glob("*.so"))
    assert built_in.status == 0 and {p.stem for p in built} >= {"exposure", "outbound_dns", "root_activity"}, built_in
    (watch.folder / "plugins.d").mkdir(mode=0o755)
    for path in built:
        shutil.copy(path, watch.folder / "plugins.d")
        (watch.folder / "plugins.d" / path.name).chmod(0o755)
    loaded = watch.run("check", "test")
    assert loaded.status == 0 and outcome_of(loaded) == outcome_of(built_in)
    shown = [re.search(r"^plugin +(\w+), version \d+ \((.*)\)$", watch.run("check", "show", check).out, re.M) for check in by_plugin().values()]
    assert {m[1]: m[2] for m in shown} == {p.stem: f"./plugins.d/{p.name}" for p in built}
    said = watch.scan("--type", "aws_account").err
    assert all(f"./plugins.d/{p.name} takes the place of the built-in plugin {p.stem}\n" in said for p in built), said


def by_plugin():
    """One check for each plugin."""
    found = {}
    for path in sorted((ROOT / "checks").glob("*/*.yaml")):
        named = re.search(r"^plugin: (\w+)$", path.read_text(encoding="utf-8"), re.M)
        if named:
            found[named[1]] = path.stem
    return found


@pytest.mark.parametrize("spoilt, words", [("open", "others may write there"), ("empty", "file too short"), ("text", "invalid ELF header")])
def test_a_folder_or_file_that_is_not_safe_or_no_plugin_stops_every_command(watch, spoilt, words):
    folder = watch.folder / "plugins.d"
    folder.mkdir()
    (folder / "x.so").write_bytes({"empty": b"", "text": b"#include \"checks/check.h\"\n" * 20}.get(spoilt, b""))
    (folder / "x.so").chmod(0o644)
    folder.chmod(0o777 if spoilt == "open" else 0o755)
    for command in (["scan"], ["check", "list"], ["query", "SELECT 1"]):
        result = watch.run(*command)
        assert result.status == 2 and words in result.err and "plugins.d" in result.err, result
