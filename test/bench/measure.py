"""measure.py RESULT COMMAND ARG...: runs a command and writes what it and all its descendants took, as JSON.

Descendants that leave it behind (ControlPersist's masters do) are adopted, ended and counted too. Seconds and kilobytes;
`memoryKb` is the largest sum over all processes that lived at a time, seen ten times a second.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
own = os.getpid()


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def descendants():
    found, todo = [], children(own)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(children(pid))
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 1024
    except (OSError, IndexError):
        return 0


peak = 0
over = threading.Event()


def watch():
    global peak
    while not over.wait(0.1):
        peak = max(peak, sum(map(resident, descendants())))


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
watcher = threading.Thread(target=watch)
began = time.monotonic()
child = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
watcher.start()
code = None
while code is None:
    pid, status = os.wait()
    if pid == child:
        code = os.waitstatus_to_exitcode(status)
wall = time.monotonic() - began
over.set()
watcher.join()
for pid in descendants():
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
# Of a single process the kernel itself knows the peak.
result = {
    "code": code,
    "wall": wall,
    "user": used.ru_utime,
    "system": used.ru_stime,
    "memoryKb": max(peak, used.ru_maxrss),
}
with open(sys.argv[1], "w") as file:
    json.dump(result, file)
