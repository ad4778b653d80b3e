"""moto's server in a process of its own, on a free port of the loopback.

Run as a program it prints that port and serves until its standard input ends, so that it can never
outlive whoever started it. `start()` does that for tests and for quickstart.sh.
"""
import logging
import os
import subprocess
import sys

# moto otherwise makes hundreds of machine images for each account and region, which nothing here reads.
QUICK = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}


def start():
    """Starts the server; gives (process, port). Close the process's stdin to end it."""
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, **QUICK})
    line = process.stdout.readline()
    if not line.strip().isdigit():
        raise RuntimeError("moto's server did not start")
    return process, int(line)


def stop(process):
    process.stdin.close()
    process.wait(30)


def serve():
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve()
