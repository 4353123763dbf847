"""Runs the programs that are measured and those that hold sockets, and checks that they did what they should."""
import json
import re
import resource
import subprocess
import tempfile
from pathlib import Path

SOCK_DIAG_BY_FAMILY = 20
DUMP = 0x300


PATIENCE = 60  # seconds for one run


class Failed(Exception):
    """A figure would not be true; its text says why."""


class TooSlow(Failed):
    """A command took longer than PATIENCE."""


class Tools:
    """The programs of one build."""

    def __init__(self, build, ss):
        build = Path(build)
        self.skq = str(build / 'src/skq')
        self.floor, self.holder, self.stopwatch = (str(build / f'tests/bench/skq_{name}')
                                                   for name in ('floor', 'holder', 'stopwatch'))
        self.ss = ss
        for program in (self.skq, self.floor, self.holder, self.stopwatch):
            if not Path(program).exists():
                raise Failed(f'{program} is not built')

    def cost(self, command, count=False, remark=None):
        """One run of a command, output through a pipe to a reader that throws it away. `remark` is what it may say on stderr."""
        ruler = [self.stopwatch, *(['--count'] if count else []), '--patience', str(PATIENCE)]
        done = subprocess.run([*ruler, *command], capture_output=True, text=True, errors='replace')
        shown = ' '.join(command)[:200]
        if done.returncode != 0:
            raise Failed(f'{shown}: {done.stderr.strip()}')
        cost = json.loads(done.stdout)
        if cost['wall_ns'] >= PATIENCE * 1_000_000_000:
            raise TooSlow(f'{shown} took longer than {PATIENCE} s')
        if cost['exit'] != 0:
            raise Failed(f'{shown}: exit {cost["exit"]}, signal {cost["signal"]}: {done.stderr.strip()[:300]}')
        if done.stderr.strip() and not (remark and remark in done.stderr):
            raise Failed(f'{shown} says: {done.stderr.strip()[:300]}')
        cost['cpu_us'] = cost['user_us'] + cost['system_us']
        return cost

    def requests(self, command):
        """The sock_diag dumps that a command asks for, as hexadecimal bytes, each once."""
        with tempfile.NamedTemporaryFile('r', prefix='skq-bench.') as seen:
            # LeakSanitizer cannot work beside strace; it is only there in builds that nobody measures.
            traced = subprocess.run(['strace', '-f', '-E', 'ASAN_OPTIONS=detect_leaks=0', '-o', seen.name, '-e',
                                     'trace=sendto,sendmsg', '-e', 'write=all', *command], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True)
            if traced.returncode != 0:
                raise Failed(f'strace {" ".join(command)}: exit {traced.returncode}: {traced.stderr.strip()[:300]}')
            messages = messages_of(seen.read())
        dumps = [message for message in messages if is_dump(message)]
        return tuple(dict.fromkeys(without_sequence(message).hex() for message in dumps))

    def floor_rows(self, requests):
        """How many rows each request brings."""
        dumps = [word for request in requests for word in ('--dump', request)]
        done = subprocess.run([self.floor, *dumps], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f'the floor: {done.stderr.strip()}')
        return [int(rows) for rows in re.findall(r'rows (\d+)', done.stdout)]

    def instructions(self, command):
        """As callgrind counts them; None where it cannot run the command."""
        done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *command],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors='replace')
        collected = re.search(r'Collected : (\d+)', done.stderr)
        return int(collected[1]) if done.returncode == 0 and collected else None


def messages_of(trace):
    """The bytes of each call in a trace with write=all: ` | 00000  14 00 …  text |`, 16 a line, follow the call."""
    messages = []
    for line in trace.splitlines():
        dumped = re.match(r' \| ([0-9a-f]{5,})  ([0-9a-f ]{48})', line)
        if dumped:
            if int(dumped[1], 16) == 0:
                messages.append(b'')
            messages[-1] += bytes.fromhex(dumped[2])
    return messages


def number(message, at, size):
    return int.from_bytes(message[at:at + size], 'little')


def is_dump(message):
    return (len(message) > 16 and number(message, 0, 4) == len(message) and
            number(message, 4, 2) == SOCK_DIAG_BY_FAMILY and number(message, 6, 2) & DUMP == DUMP)


def without_sequence(message):
    return message[:8] + bytes(8) + message[16:]


class Holders:
    """Processes that hold sockets, as many as the limit on descriptors demands, and more than one for scans in parallel."""

    A_HOLDER = 10_000

    def __init__(self, tools, family, sockets, namespaces=0):
        self.family, self.sockets, self.namespaces = family, sockets, namespaces
        self.processes = []
        each = min(self.A_HOLDER, most_descriptors() - 64, max(2, -(-sockets // 4)))
        left = sockets
        while left:
            count = min(each, left)
            where = f'skq-bench-{len(self.processes)}' if family == 'unix' else str(5000 + 16 * len(self.processes))
            more = ('--namespaces', str(namespaces)) if namespaces else ()
            self.processes.append(subprocess.Popen([tools.holder, family, str(count), where, *more],
                                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            left -= count
        self.listeners = 0
        for process in self.processes:
            ready = re.match(r'ready \d+ listeners (\d+)$', process.stdout.readline())
            if not ready:
                raise Failed(f'a holder did not open its {family} sockets (exit {process.wait()})')
            self.listeners += int(ready[1])

    def close(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait()


def most_descriptors():
    """Of one process: root may raise its limit up to the kernel's, others up to the hard one."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, max(hard, Holders.A_HOLDER + 64)))
    except (ValueError, OSError):
        return hard
    return max(hard, Holders.A_HOLDER + 64)


def count_of_kernel(family):
    """How many sockets this network namespace has, by another way than sock_diag."""
    if family == 'unix':
        with open('/proc/net/unix', encoding='utf-8', errors='replace') as table:
            return sum(1 for _ in table) - 1
    with open('/proc/net/sockstat', encoding='utf-8') as counts:
        return int(re.search(r'^TCP: inuse (\d+)', counts.read(), re.M)[1])
