"""The lints themselves: each finds the fault it is for, and nothing in a clean tree.

Usage: python3 -m unittest test_lints, in this folder.
"""
import os
import shutil
import subprocess
import tempfile
import unittest

import arrows
import banned
import controls
import format
import headers
import scripts
import sizes
import state
import tree
import words

HERE = os.path.dirname(os.path.abspath(__file__))
BANNED_H = os.path.join(HERE, "..", "..", "core", "base", "banned.h")
CLEAN = "#include \"core/base/text.h\"\n\nint text_one(void)\n{\n    return 1;\n}\n"


class LintTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        with open(BANNED_H, encoding="utf-8") as f:
            self.write("core/base/banned.h", f.read())

    def write(self, path, content, mode=0o644):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(content)
        os.chmod(full, mode)

    def expect(self, found, *pieces):
        found = list(found)
        self.assertEqual(len(found), len(pieces), found)
        for fault, piece in zip(found, pieces):
            self.assertIn(piece, fault)

    def test_arrows_between_pillars_and_upwards_are_found(self):
        self.write("core/base/text.c", CLEAN)
        self.write("core/up.c", "#include <stdio.h>\n#include \"scanner/plan.h\"\n")
        self.write("checks/sideways.c", "#include \"reports/table.h\"\n# include \"../core/up.h\"\n")
        self.write("scanner/roof.c", "#include \"reports/table.h\"\n#include \"core/base/text.h\"\n")
        self.expect(arrows.faults(self.root), "checks/sideways.c:1: checks must not include reports/table.h",
                    "checks/sideways.c:2: includes are written from the root", "core/up.c:2: core must not include")

    def test_banned_names_are_found_but_not_in_comments_or_strings(self):
        self.write("core/a.c", "/* strcpy(a, b) */\nint f(void)\n{\n    return say(\"strcpy(a)\") + my_strcpy(1) + s.malloc(2);\n}\n")
        self.expect(banned.faults(self.root))
        self.write("core/b.c", "int f(char *p)\n{\n    strcpy (p, \"\");\n    goto fail;\n}\ntypedef struct x { int a; } x;\ntypedef struct x *(*make_fn)(int a);\n")
        self.write("scanner/c.c", "char *g(void)\n{\n    return strdup(\"\");\n}\n")
        self.expect(banned.faults(self.root), "core/b.c:3: strcpy", "core/b.c:6: typedef", "core/b.c:4: one label", "scanner/c.c:3: strdup")

    def test_the_banned_header_refuses_every_name_it_lists(self):
        self.assertGreater(len(banned.names_of_header(self.root)), 10)
        self.expect(banned.header_bites(self.root, "cc"))

    def test_large_files_and_functions_are_found(self):
        self.write("core/long.c", "int f(void)\n{\n" + "    g();\n" * 58 + "}\n")
        self.expect(sizes.faults(self.root), "core/long.c:1: f has 61 lines")
        self.write("core/long.c", "int f(int a, int b, int (*c)(int, int),\n      int d, int e, int g, int h, struct error *err)\n{\n}\n")
        self.expect(sizes.faults(self.root), "f has 7 parameters")
        self.write("core/long.c", "void f(void)\n{\n    { { { {\n    } } } }\n}\n")
        self.expect(sizes.faults(self.root), "nests 4 deep")
        self.write("core/long.c", "struct x y =\n{\n};\n" + "\n" * 600)
        self.expect(sizes.faults(self.root), "core/long.c: 603 lines")

    def test_headers_that_lean_on_others_are_found(self):
        self.write("core/good.h", "#ifndef CORE_GOOD_H\n#define CORE_GOOD_H\n#include <stddef.h>\nsize_t good(void);\n#endif\n")
        self.write("core/bad.h", "#ifndef BAD_H\n#define BAD_H\nsize_t bad(void);\n#endif\n")
        self.write("build/compile_commands.json", '[{"file": "core/a.c", "command": "/usr/bin/ccache cc -I' + self.root + ' -std=c11 -c core/a.c"}]')
        self.expect(headers.faults(self.root, os.path.join(self.root, "build")), "core/bad.h: does not compile alone", "core/bad.h: begins with the include guard CORE_BAD_H")

    def test_mutable_state_is_found_and_constant_tables_are_not(self):
        self.write("a.c", "int shared;\nstatic int count = 1;\nint next(void);\nint next(void) { static int calls; return shared + count++ + calls++; }\n"
                          "const char *const names[] = { \"a\", \"b\" };\nconst int table[] = { 1, 2 };\n")
        subprocess.run("cc -fPIC -c a.c && ar rc liba.a a.o", shell=True, cwd=self.root, check=True)
        found = sorted(state.faults(self.root))
        self.expect(found, "calls", "count", "shared")
        os.remove(os.path.join(self.root, "liba.a"))
        self.expect(state.faults(self.root), "holds no static library")

    def test_words_left_behind_are_found(self):
        self.write("core/a.c", "/* T" "ODO: mend */\n")
        self.write("README.md", "Put it in /ho" "me/me/x or ~/x, see $HOME/home/x and a/work/b\nis not im" "plemented\n")
        self.expect(words.faults(self.root), "README.md:2", "README.md:1", "core/a.c:1")

    def test_requirements_that_nobody_looked_up_are_found(self):
        row = "| Framework | Id | What it asks for | Checks |\n|---|---|---|---|\n| cis-x-1.0 | %s | none | `%s` |\n"
        self.write("docs/controls.md", row % ("1.10", "aws_a") + "| cis-x-1.0 | 1.2 | some | `aws_a`, `aws_b` |\n| fsbp | S3.1 | more | `aws_b` |\n")
        self.write("checks/aws/aws_a.yaml", "id: aws_a\ncontrols: {cis-x-1.0: {subject: {tcp/22: \"1.10\", \"*\": [\"1.2\"]}}}\ntitle: x\n")
        self.write("checks/aws/aws_b.yaml", "controls:\n  cis-x-1.0: {by.kind: {a-b: \"1.2\"}}\n  fsbp: S3.1\ntitle: \"controls: {a: b}\"\n")
        self.expect(controls.faults(self.root))
        self.write("checks/gcp/gcp_c.yaml", "controls: {fsbp: \"S3.1, S3.2\"}\n")
        self.write("docs/controls.md", row % ("1.10", "aws_b") + "| cis-x-1.0 | 1.2 | some | `aws_a`, `aws_b` |\n" * 2 + "| fsbp | S3.1 | more | `aws_b` |\n")
        self.expect(controls.faults(self.root), "controls.md:3: cis-x-1.0 1.10 is named by aws_a", "controls.md:5: cis-x-1.0 1.2 stands here twice",
                    "controls.md:6: fsbp S3.1 is named by aws_b, gcp_c", "checks/gcp/gcp_c.yaml:1: fsbp S3.2 is not in docs/controls.md")

    def test_scripts_must_parse_and_run(self):
        for name in scripts.MUST_RUN:
            self.write(name, "#!/usr/bin/env bash\necho a\n", 0o755)
        self.expect(scripts.faults(self.root))
        self.write("test.sh", "#!/usr/bin/env bash\nif\n", 0o644)
        self.write("tests/x.py", "def\n")
        self.expect(scripts.faults(self.root), "test.sh: is not executable", "test.sh:", "tests/x.py:1")

    def test_the_look_is_held(self):
        self.write("core/a.c", CLEAN)
        self.expect(format.faults(self.root))
        self.write("core/a.c", "\tint x; \n\n" + "/*" + "x" * 120 + "*/\n")
        self.expect(list(format.plain_faults(self.root, "core/a.c")), "a.c:1: tab", "a.c:1: blanks", "a.c:3: 124 columns")
        self.write("core/a.c", "int f(int a) {\n" + "       return a;\n" * 20 + "}\n")
        if shutil.which("clang-format"):
            self.expect(format.faults(self.root), "of 22 lines are not as clang-format")

    def test_functions_are_measured_behind_comments_and_macros(self):
        text = "#define X {\nstatic int\nf(int a, /* ( { */\n  char *b)\n{\n    if (a == '{') {\n        g();\n    }\n}\n"
        self.assertEqual(list(tree.functions(text)), [("f", 2, 2, 9, 1)])


if __name__ == "__main__":
    unittest.main()
