"""What the bench starts: the program, the fake cloud, the canned server; and what each of them cost."""
import os
import subprocess
import time
from pathlib import Path

FIRST_NIGHT = 1795230000   # 2026-11-21T03:00:00Z
DAY = 86400
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


class Authority:
    """A throwaway certificate for the loopback and, for what stands behind a proxy, for all of AWS's names."""

    def __init__(self, folder, regions=()):
        self.certificate, self.key = str(folder / "server.pem"), str(folder / "server.key")
        names = ["IP:127.0.0.1", "DNS:*.amazonaws.com", *(f"DNS:*.{r}.amazonaws.com" for r in regions)]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=bench", "-addext", "subjectAltName=" + ",".join(names),
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True, timeout=60)


class Server:
    """A program that prints its port and serves until its standard input ends."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"{command[0]} does not start")
        self.port = int(line)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.stdin.close()
        if self.process.wait(120) != 0 and failure[0] is None:
            raise RuntimeError(f"{self.process.args[0]} ended with status {self.process.returncode}")


class Cost:
    """One run of a program, by the kernel's own accounting of it."""

    def __init__(self, command, cwd, environment, good=(0,)):
        began = time.monotonic()
        with open(Path(cwd) / "output.txt", "wb") as out:
            process = subprocess.Popen([str(c) for c in command], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall_s = time.monotonic() - began
        self.cpu_s = used.ru_utime + used.ru_stime
        self.peak_mb = used.ru_maxrss / 1024
        if process.returncode not in good:
            told = (Path(cwd) / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{command} ended with status {process.returncode}:\n{told}")


def environment(folder, region="us-east-1", **more):
    """What a program sees: of the caller's variables only PATH."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_REGION": region, **KEYS, **more}
