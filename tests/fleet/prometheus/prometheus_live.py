#!/usr/bin/env python3
"""skq --format=prom against the real promtool, node exporter and Prometheus, about sockets that this test makes in a network
namespace of its own: nobody else's are in it, no port is taken, and the numbers are exact.

The environment names the checkout (SKQ_ROOT) and the program (SKQ).
"""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT, SKQ = Path(os.environ['SKQ_ROOT']), os.environ['SKQ']
RULES = ROOT / 'packaging/fleet/prometheus/skq.rules.yml'
SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
PATIENCE = 30

HOSTILE = [b'\0quote"back\\slash', b'\0two\nlines', b'\0bad\xff\xfebytes', b'\0' + b'x' * 107, b'\0' + b'x' * 106 + b'y',
           b'\0' + b'\x01' * 107, b'\0' + b'\x01' * 106 + b'\x02', b'\0cr\r\tescape\x1b[31m', b'\0', b'\0inner\0nul',
           '\0schön \u202e'.encode(), b'\0#{}=,', b'\0other', b'\0 blanks ']


def in_own_network():
    """Starts this program again in a network namespace whose lo is up; returns where that is done."""
    if os.environ.get('SKQ_OWN_NETWORK'):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            up_and_running = 0x41
            fcntl.ioctl(any_socket, 0x8914, struct.pack('16sh14x', b'lo', up_and_running))  # SIOCSIFFLAGS
        return
    unshare = ['unshare', '-n'] if os.geteuid() == 0 else ['unshare', '-rn']
    if subprocess.run([*unshare, 'true'], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        if os.geteuid() == 0:
            sys.exit('unshare -n does not work though this is root')
        print('skipped: this host gives no network namespace to an ordinary user')
        sys.exit(77)
    os.execvpe(unshare[0], [*unshare, sys.executable, '-B', *sys.argv], {**os.environ, 'SKQ_OWN_NETWORK': '1'})


def skq(*arguments, status=0, **options):
    done = subprocess.run([SKQ, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                          **options)
    if done.returncode != status:
        raise AssertionError(f'{arguments} ended with {done.returncode}: {done.stderr.decode(errors="replace")}')
    return done.stdout


def unescaped(text):
    return re.sub(r'\\(.)', lambda found: {'n': '\n'}.get(found[1], found[1]), text)


def samples_of(text):
    """{(name, frozenset of labels): value}; every line that is no comment has to be a sample, and no series come twice."""
    samples = {}
    for line in text.decode('utf-8').split('\n')[:-1]:
        if line.startswith('# '):
            continue
        name, labels, value = SAMPLE.match(line).groups()
        pairs = frozenset((key, unescaped(word)) for key, word in LABEL.findall(labels or ''))
        if LABEL.sub('', labels or ''):
            raise AssertionError(f'not understood: {line}')
        if (name, pairs) in samples:
            raise AssertionError(f'twice: {line}')
        samples[name, pairs] = float(value)
    return samples


def metrics(*arguments):
    text = skq('--format=prom', *arguments)
    if not text.endswith(b'\n') or b'\r' in text:
        raise AssertionError('the node exporter would skip the whole file')
    return samples_of(text)


def values(samples, name, **labels):
    """The values of a metric whose labels are those, and perhaps more."""
    return {pairs: value for (metric, pairs), value in samples.items()
            if metric == name and set(labels.items()) <= pairs}


def value(samples, name, **labels):
    found = values(samples, name, **labels)
    if len(found) != 1:
        raise AssertionError(f'{len(found)} samples of {name} with {labels}')
    return next(iter(found.values()))


def listeners_of(samples):
    return {dict(pairs)['listener'] for pairs in values(samples, 'skq_listen_queue_length')}


def check_metrics(text):
    return subprocess.run(['promtool', 'check', 'metrics'], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)


class Sockets:
    """Keeps what a test made until it ends."""

    def __init__(self, case):
        self.kept = contextlib.ExitStack()
        case.addCleanup(self.kept.close)

    def new(self, family, kind, protocol=0):
        return self.kept.enter_context(socket.socket(family, kind, protocol))

    def unix_listener(self, name, backlog=4, kind=socket.SOCK_STREAM):
        made = self.new(socket.AF_UNIX, kind)
        made.bind(name)
        made.listen(backlog)
        return made

    def tcp_listener(self, port, backlog=4, host='127.0.0.1', reuse=False):
        made = self.new(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_STREAM)
        if reuse:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
        made.listen(backlog)
        return made

    def client(self, listener, kind=socket.SOCK_STREAM):
        made = self.new(listener.family, kind)
        made.connect(listener.getsockname())
        return made

    def pair(self, kind=socket.SOCK_STREAM):
        return [self.kept.enter_context(made) for made in socket.socketpair(socket.AF_UNIX, kind)]


class Numbers(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.sockets = Sockets(self)

    @staticmethod
    def listed():
        expected = {}
        for row in json.loads(skq('-aJ', '-c', 'family,netid,state,local'))['sockets']:
            # FIN-WAIT-2 may end at any moment, and skq's own netlink socket is not among those that count.
            if row['state'] in ('FIN-WAIT-2', 'TIME-WAIT') or (row['family'] == 'netlink' and ':skq/' in row['local']):
                continue
            key = frozenset({('family', row['family']), ('proto', row['netid']), ('state', row['state'])})
            expected[key] = expected.get(key, 0) + 1
        return expected

    @staticmethod
    def counted(arguments):
        return {pairs: number for pairs, number in values(metrics(*arguments), 'skq_sockets').items()
                if number and ('state', 'FIN-WAIT-2') not in pairs and ('state', 'TIME-WAIT') not in pairs}

    def test_sockets_are_those_of_the_list(self):
        make = self.sockets
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            make.pair(kind)
        make.unix_listener(b'\0seq', kind=socket.SOCK_SEQPACKET)
        for host in ('127.0.0.1', '::1'):
            listener = make.tcp_listener(4000, host=host)
            client = make.client(listener)
            listener.accept()[0].close()  # the client's end is in CLOSE-WAIT now
            self.assertEqual(client.recv(1), b'')
            make.client(make.tcp_listener(4001, host=host))
        make.new(socket.AF_INET, socket.SOCK_DGRAM).bind(('127.0.0.1', 4002))
        make.new(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        make.new(socket.AF_NETLINK, socket.SOCK_RAW).bind((0, 0))
        make.new(socket.AF_PACKET, socket.SOCK_DGRAM)
        for arguments in ([], ['--no-findings']):
            # A socket outlives its process by a moment where somebody looks at its descriptor just then: that of the skq before.
            for _ in range(5):
                expected, counted = self.listed(), self.counted(arguments)
                if counted == expected:
                    break
            self.assertEqual(counted, expected, arguments)
        self.assertEqual(value(metrics(), 'skq_sockets', family='inet6', proto='tcp', state='CLOSE-WAIT'), 1)
        self.assertEqual(value(metrics(), 'skq_sockets', family='inet', proto='tcp', state='SYN-SENT'), 0)

    def test_queues_of_listeners(self):
        listener = self.sockets.unix_listener(b'\0app', backlog=3)
        for _ in range(2):
            self.sockets.client(listener)
        for _ in range(2):
            shared = self.sockets.tcp_listener(4000, backlog=7, reuse=True)
        self.sockets.client(shared)
        found = metrics()
        self.assertEqual(value(found, 'skq_listen_queue_length', listener='@app', proto='u_str', family='unix'), 2)
        self.assertEqual(value(found, 'skq_listen_queue_limit', listener='@app'), 4)
        self.assertEqual(value(found, 'skq_listen_queue_fill_ratio', listener='@app'), 0.5)
        self.assertEqual(value(found, 'skq_listen_queue_length', listener='127.0.0.1:4000'), 1)
        self.assertEqual(value(found, 'skq_listen_queue_limit', listener='127.0.0.1:4000'), 16)
        self.assertEqual(value(found, 'skq_listen_queue_fill_ratio', listener='127.0.0.1:4000'), 0.125)
        self.assertEqual(value(found, 'skq_listeners', family='inet', proto='tcp'), 2)
        self.assertEqual(value(found, 'skq_listen_queue_fullest_ratio', family='unix', proto='u_str'), 0.5)

    def test_names_that_change_with_each_start_are_told_together(self):
        for _ in range(3):
            self.sockets.tcp_listener(0)
            self.sockets.unix_listener('')
        self.sockets.unix_listener(b'\0abcde')
        self.sockets.unix_listener(b'\0abcdef')
        self.assertEqual(listeners_of(metrics()), {'127.0.0.1:ephemeral', '@autobound', '@abcdef'})

    def test_what_is_held(self):
        writer, reader = self.sockets.pair()
        writer.send(b'x' * 1000)
        receiver = self.sockets.new(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind(('127.0.0.1', 4000))
        sender = self.sockets.new(socket.AF_INET, socket.SOCK_DGRAM)
        sender.sendto(b'y' * 500, ('127.0.0.1', 4000))
        found = metrics()
        rows = json.loads(skq('-aJ', '-c', 'family,netid,send_mem,rmem_alloc,recv_q,send_fill'))['sockets']
        held = sum(row['send_mem'] for row in rows if row['netid'] == 'u_str')
        self.assertGreater(held, 1000)
        self.assertEqual(value(found, 'skq_send_memory_bytes', proto='u_str'), held)
        self.assertEqual(value(found, 'skq_receive_queue_bytes', proto='u_str', state='ESTAB'), 1000)
        self.assertEqual(value(found, 'skq_receive_memory_bytes', proto='udp'),
                         sum(row['rmem_alloc'] for row in rows if row['netid'] == 'udp'))
        # Of unix the kernel says 0, for it charges the sender: absent, not zero.
        self.assertEqual(values(found, 'skq_receive_memory_bytes', proto='u_str'), {})
        fullest = max(row['send_fill'] for row in rows if row['netid'] == 'u_str')
        self.assertAlmostEqual(value(found, 'skq_fill_fullest_ratio', proto='u_str', side='send'), fullest / 100, 4)

    def test_full_sockets(self):
        writer, _ = self.sockets.pair()
        writer.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                writer.send(b'x' * 100)
        found = metrics('--no-findings')
        for side in ('send', 'receive'):
            self.assertEqual(value(found, 'skq_fill_sockets', proto='u_str', side=side, fill='1'), 1)
            self.assertEqual(value(found, 'skq_fill_sockets', proto='u_str', side=side, fill='0.8'), 1)

    def test_filter_and_tables_say_what_counts(self):
        for port in (4000, 4001):
            self.sockets.tcp_listener(port)
        self.sockets.unix_listener(b'\0app')
        for arguments in ([], ['--no-findings']):
            found = metrics(*arguments, '-tl', 'sport', '=', ':4000')
            self.assertEqual(listeners_of(found), {'127.0.0.1:4000'})
            self.assertEqual(sum(values(found, 'skq_sockets').values()), 1)
            self.assertEqual(values(found, 'skq_sockets', state='ESTAB'), {})
            self.assertEqual(listeners_of(metrics(*arguments, '--where=path == "app"')), {'@app'})

    def test_every_namespace_or_its_own(self):
        port = 20_000 + os.getpid() % 10_000  # in other namespaces other tests listen at others
        self.sockets.tcp_listener(port, backlog=4)
        ready, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            clone_newnet = 0x40000000
            if ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) != 0:
                os._exit(1)
            listener = socket.socket()
            listener.bind(('0.0.0.0', port))
            listener.listen(9)
            os.write(write, b'.')
            signal.pause()

        def end():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.addCleanup(end)
        os.close(write)
        self.assertEqual(os.read(ready, 1), b'.')
        os.close(ready)
        for arguments in ([], ['--no-findings']):
            self.assertEqual(listeners_of(metrics(*arguments)), {f'127.0.0.1:{port}'})
            found = metrics('--all-netns', *arguments)
            self.assertEqual(value(found, 'skq_listen_queue_limit', listener=f'127.0.0.1:{port}'), 5)
            self.assertEqual(value(found, 'skq_listen_queue_limit', listener=f'0.0.0.0:{port}'), 10)
            self.assertEqual(listeners_of(metrics('-N', str(pid), *arguments)), {f'0.0.0.0:{port}'})

    def test_counters_are_those_of_proc(self):
        lines = Path('/proc/net/netstat').read_text().splitlines()
        names, numbers = (line.split() for line in lines if line.startswith('TcpExt:'))
        there = dict(zip(names, numbers))
        found = metrics('--no-findings')
        self.assertEqual(value(found, 'skq_tcp_listen_drops_total'), int(there['ListenDrops']))
        self.assertEqual(value(found, 'skq_tcp_memory_pressures_total'), int(there['TCPMemoryPressures']))

    def test_holes_are_told(self):
        complete = value(metrics('--no-findings'), 'skq_snapshot_complete')
        self.assertEqual(complete, 1)
        done = subprocess.run([SKQ, '--format=prom', '--no-findings', '--dccp', '--strict'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        if b'incomplete' not in done.stderr:
            self.skipTest('this kernel has dccp')
        found = samples_of(done.stdout)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(value(found, 'skq_snapshot_complete'), 0)
        self.assertEqual(value(found, 'skq_gaps', kind='family'), 1)

    def test_recording(self):
        found = metrics('--from', str(ROOT / 'tests/data/mixed.skqcap'))
        self.assertGreater(sum(values(found, 'skq_sockets').values()), 0)
        for name in ('skq_findings', 'skq_memory_bytes', 'skq_tcp_orphans', 'skq_tcp_listen_drops_total'):
            self.assertEqual(values(found, name), {})


class Findings(unittest.TestCase):
    def blocked_sender(self):
        """Two processes: one sleeps in a send for ever, the other holds the end that it should read from."""
        left, right = socket.socketpair()
        pids = []
        for keeps, leaves in ((left, right), (right, left)):
            pid = os.fork()
            if pid == 0:
                leaves.close()
                ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
                while keeps is left:
                    left.send(b'x' * 1000)
                while True:
                    signal.pause()
            pids.append(pid)
        left.close()
        right.close()

        def end():
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        self.addCleanup(end)
        return pids[0]

    def test_who_is_stuck_is_counted(self):
        found = metrics()
        findings = values(found, 'skq_findings')
        self.assertEqual(set(findings.values()), {0.0})
        self.assertEqual(len(findings) % 3, 0)
        self.assertGreaterEqual(len(findings), 45)
        self.assertEqual(values(found, 'skq_finding_oldest_seconds'), {})
        sender = self.blocked_sender()
        deadline = time.monotonic() + PATIENCE
        while 'S' not in Path(f'/proc/{sender}/stat').read_text().rsplit(')', 1)[1].split()[0]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        found = metrics('--settle=1')
        self.assertEqual(value(found, 'skq_findings', rule='unix-send-blocked', severity='critical'), 1)
        self.assertGreaterEqual(
            value(found, 'skq_finding_oldest_seconds', rule='unix-send-blocked', severity='critical'), 0.9)
        self.assertGreaterEqual(value(found, 'skq_snapshot_duration_seconds'), 0)
        self.assertEqual(values(metrics('--no-findings'), 'skq_findings'), {})

    def test_the_time_is_that_of_the_look_that_the_numbers_are_of(self):
        # Two looks are half a second apart at least, for one look cannot tell of one who has only just begun to wait.
        for attempt in range(10):
            sender = self.blocked_sender()
            begun = time.time()
            found = metrics('--settle=0.5')
            ended = time.time()
            os.kill(sender, signal.SIGKILL)
            taken = value(found, 'skq_snapshot_timestamp_seconds')
            took = value(found, 'skq_snapshot_duration_seconds')
            self.assertLessEqual(took, ended - begun)
            self.assertGreaterEqual(taken, begun)
            self.assertLessEqual(taken, ended)
            if took >= 0.5:
                break
        self.assertGreaterEqual(took, 0.5, 'there was no second look')
        self.assertGreaterEqual(taken - begun, 0.45, 'the numbers are of the second look, the time of the first')
        # The second look is what remains of the duration.
        self.assertGreaterEqual(ended - taken, took - (taken - begun) - 0.05)

    def test_no_second_look_when_it_may_not_wait(self):
        self.blocked_sender()
        durations = []
        for _ in range(10):  # a host that is busy with something else may take long now and then
            begun = time.monotonic()
            found = metrics('--settle=0')
            durations.append(time.monotonic() - begun)
            if durations[-1] < 0.9:
                break
        self.assertLess(min(durations), 0.9)
        self.assertEqual(sum(values(found, 'skq_findings', rule='unix-send-blocked').values()), 1)


class Hostile(unittest.TestCase):
    def setUp(self):
        self.sockets = Sockets(self)

    @unittest.skipUnless(shutil.which('promtool'), 'promtool is not installed')
    def test_promtool_accepts_whatever_names_there_are(self):
        for name in HOSTILE:
            self.sockets.unix_listener(name)
        with tempfile.TemporaryDirectory() as folder:
            here = os.getcwd()
            os.chdir(folder)
            try:
                for name in ('@app', 'other', '\\x40app', 'new\nline'):
                    self.sockets.unix_listener(name)
                self.sockets.unix_listener(b'\0app')
            finally:
                os.chdir(here)
            text = skq('--format=prom')
        done = check_metrics(text)
        self.assertEqual((done.returncode, done.stdout), (0, b''))
        found = samples_of(text)
        self.assertEqual(len(HOSTILE) + 5, 19)  # fewer than are told by name, and each is told apart
        self.assertEqual(len(values(found, 'skq_listen_queue_length')), 19)
        for listener in listeners_of(found):
            self.assertTrue(listener.isprintable(), listener)
            self.assertLessEqual(len(listener.encode()), 128)

    @unittest.skipUnless(shutil.which('promtool'), 'promtool is not installed')
    def test_promtool_finds_what_is_wrong(self):
        """That it said nothing above means something."""
        self.assertNotEqual(check_metrics(b'# TYPE a gauge\na{b="\n"} 1\n').returncode, 0)
        self.assertNotEqual(check_metrics(b'# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n').returncode, 0)

    def test_thousands_of_listeners_make_few_series(self):
        count, most = 5000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if most != resource.RLIM_INFINITY and most < count + 200:
            self.skipTest(f'only {most} descriptors may be open here')
        resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, most))
        for number in range(count - 1):
            self.sockets.unix_listener(b'\0listener %d' % number, backlog=1)
        full = self.sockets.unix_listener(b'\0zzz', backlog=1)
        for _ in range(2):
            self.sockets.client(full)
        text = skq('--format=prom')
        found = samples_of(text)
        lengths = values(found, 'skq_listen_queue_length')
        self.assertEqual(len(lengths), 21)
        self.assertLess(len(found), 400)
        self.assertEqual(value(found, 'skq_listen_queue_length', listener='@zzz'), 2)
        self.assertEqual(value(found, 'skq_listen_queue_fill_ratio', listener='@zzz'), 1)
        self.assertEqual(value(found, 'skq_listen_queue_limit', listener='other'), 2 * (count - 20))
        self.assertEqual(sum(values(found, 'skq_listen_queue_limit').values()), 2 * count)
        self.assertEqual(value(found, 'skq_listeners', proto='u_str'), count)


class Output(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / 'skq.prom'

    def test_file_can_be_read_by_the_exporter(self):
        skq('--format=prom', '--no-findings', f'--output={self.file}', preexec_fn=lambda: os.umask(0o022))
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)
        self.assertEqual(os.listdir(self.file.parent), ['skq.prom'])
        samples_of(self.file.read_bytes())

    def test_full_disk_is_an_error(self):
        skq('--format=prom', '--no-findings', '--output=/dev/full', status=1)

    def test_again_and_again(self):
        with subprocess.Popen([SKQ, '--format=prom', '-W0.1', f'--output={self.file}'], stderr=subprocess.DEVNULL) as job:
            seen, deadline = set(), time.monotonic() + PATIENCE
            while len(seen) < 3 and time.monotonic() < deadline:
                with contextlib.suppress(FileNotFoundError):
                    seen.add(value(samples_of(self.file.read_bytes()), 'skq_snapshot_timestamp_seconds'))
                time.sleep(0.02)
            job.terminate()
        self.assertGreaterEqual(len(seen), 3)

    def test_refused(self):
        for arguments in (['-s'], ['-K', 'sport', '=', ':1'], ['-E'], ['--limits'], ['-D', str(self.file)], ['-W'],
                          ['--sort=fill'], ['--limit=1'], ['-c', 'pid'], ['why']):
            skq(*(['why', '--format=prom'] if arguments == ['why'] else ['--format=prom', *arguments]), status=2)
        for arguments in (['--no-findings'], ['--settle=1'], ['-J', '--no-findings']):
            skq(*arguments, status=2)


@unittest.skipUnless(shutil.which('promtool'), 'promtool is not installed')
class Promtool(unittest.TestCase):
    def promtool(self, *arguments):
        done = subprocess.run(['promtool', *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        return done.returncode, done.stdout

    def test_rules_and_config(self):
        for check in (('check', 'rules', RULES), ('check', 'config', RULES.parent / 'prometheus.yml'),
                      ('test', 'rules', Path(__file__).parent / 'prometheus_rules.yml')):
            status, text = self.promtool(*check)
            self.assertEqual(status, 0, text)
            self.assertIn('SUCCESS', text)

    def test_alerts_that_are_wrong_fail_their_cases(self):
        cases = (Path(__file__).parent / 'prometheus_rules.yml').read_text()
        right = RULES.read_text()
        for old, new in (('> 0.8', '>= 0.8'), ('> 0.9', '> 0.97'), ('== 0\n        for: 15m', '== 0\n        for: 1m'),
                         ('severity="critical"', 'severity="warning"'), ('> 300', '> 3000'), ('> 50', '> 500')):
            self.assertIn(old, right)
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / 'rules.yml').write_text(right.replace(old, new, 1))
                (Path(folder) / 'cases.yml').write_text(re.sub(r'^  - .*skq\.rules\.yml$', '  - rules.yml', cases, 1, re.M))
                status, text = self.promtool('test', 'rules', Path(folder) / 'cases.yml')
                self.assertNotEqual(status, 0, f'{old} became {new}: {text}')


@unittest.skipUnless(shutil.which('prometheus') and shutil.which('prometheus-node-exporter') and shutil.which('promtool'),
                     'prometheus or prometheus-node-exporter is not installed')
class Scraped(unittest.TestCase):
    exporter, server = '127.0.0.1:19100', '127.0.0.1:19090'

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / 'texts').mkdir()

    def start(self, *command):
        with open(self.folder / 'log', 'ab') as log:
            daemon = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd=self.folder)

        def end():
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.addCleanup(end)

    def start_all(self):
        self.start('prometheus-node-exporter', f'--web.listen-address={self.exporter}', '--collector.disable-defaults',
                   '--collector.textfile', f'--collector.textfile.directory={self.folder}/texts',
                   '--web.disable-exporter-metrics')
        shutil.copy(RULES, self.folder)
        (self.folder / 'prometheus.yml').write_text(
            'global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [skq.rules.yml]\nscrape_configs:\n'
            f'  - {{job_name: node, static_configs: [{{targets: ["{self.exporter}"]}}]}}\n')
        self.start('prometheus', '--config.file=prometheus.yml', '--storage.tsdb.path=data',
                   f'--web.listen-address={self.server}')

    def query(self, expression):
        """The values by the labels without those that Prometheus gives; empty while there is no answer."""
        done = subprocess.run(['promtool', 'query', 'instant', '-o', 'json', f'http://{self.server}', expression],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return {}
        given = {'__name__', 'instance', 'job'}
        return {frozenset((key, word) for key, word in row['metric'].items() if key not in given): float(row['value'][1])
                for row in json.loads(done.stdout)}

    def wait_for(self, expression, good=bool):
        deadline, found = time.monotonic() + PATIENCE, {}
        while time.monotonic() < deadline:
            found = self.query(expression)
            if good(found):
                return found
            time.sleep(0.2)
        self.fail(f'{expression} is {found}; {(self.folder / "log").read_text()[-2000:]}')

    def test_prometheus_has_the_numbers(self):
        sockets = Sockets(self)
        for name in HOSTILE:
            sockets.unix_listener(name)
        full = sockets.unix_listener(b'\0full', backlog=1)
        for _ in range(2):
            sockets.client(full)
        text = skq('--format=prom', f'--output={self.folder}/texts/skq.prom')
        self.assertEqual(text, b'')
        written = samples_of((self.folder / 'texts/skq.prom').read_bytes())
        self.start_all()
        for name in ('skq_listen_queue_length', 'skq_sockets', 'skq_findings', 'skq_memory_bytes',
                     'skq_snapshot_timestamp_seconds', 'skq_tcp_listen_drops_total'):
            with self.subTest(name):
                expected = values(written, name)
                self.assertTrue(expected)
                self.assertEqual(self.wait_for(name), expected)
        self.assertEqual(self.query('node_textfile_scrape_error'), {frozenset(): 0.0})
        self.assertEqual(self.query('count(skq_listen_queue_length)'), {frozenset(): len(HOSTILE) + 1.0})
        alerts = self.wait_for('ALERTS{alertname="SkqListenQueueFull"}')
        self.assertEqual([dict(labels)['listener'] for labels in alerts], ['@full'])
        # A new file takes the place of the old one, between two scrapes.
        sockets.unix_listener(b'\0late')
        skq('--format=prom', f'--output={self.folder}/texts/skq.prom')
        self.wait_for('skq_listeners{proto="u_str"}', lambda found: len(HOSTILE) + 2.0 in found.values())


if __name__ == '__main__':
    in_own_network()
    unittest.main()
