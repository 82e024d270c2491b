"""Runs Ansible's programs one after the other, each in a fork: what takes most of their time, to load Ansible, is done once.

A line of JSON on standard input asks for one: {"program", "args", "cwd", "stdout", "stderr"}, the last two being files that are
written. A line with its exit code answers. It ends when its input does.
"""

import importlib
import json
import os
import re
import shutil
import sys
import tempfile

PROGRAMS = {"ansible": "adhoc", "ansible-inventory": "inventory", "ansible-playbook": "playbook"}


def load(program):
    module = importlib.import_module("ansible.cli." + PROGRAMS[program])
    return next(
        value
        for name, value in vars(module).items()
        if re.fullmatch(r"(AdHoc|Inventory|Playbook)CLI", name)
    )


def run(asked):
    os.chdir(asked["cwd"])
    os.environ["HOME"] = asked["cwd"]
    for descriptor, path in ((1, asked["stdout"]), (2, asked["stderr"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    try:
        # What the program's own file does.
        sys.exit(load(asked["program"]).cli_executor([asked["program"], *asked["args"]]))
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)


# It is read when Ansible is loaded: nobody's own configuration.
home = tempfile.mkdtemp(prefix="tapbook-ansible-")
config = os.path.join(home, "ansible.cfg")
open(config, "w").close()
os.environ.update(HOME=home, ANSIBLE_CONFIG=config, ANSIBLE_LOCAL_TEMP=os.path.join(home, "tmp"))
try:
    for name in PROGRAMS:
        load(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run(json.loads(line))
            finally:
                os._exit(250)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
finally:
    shutil.rmtree(home)
