#!/usr/bin/env python3
"""What runs `skq record` by itself: systemd's units, the crontab and logrotate's file, read by those they are for.

The environment names the command (SKQ), packaging (PACKAGING) and the build (BUILD).
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SKQ, PACKAGING, BUILD = os.environ['SKQ'], Path(os.environ['PACKAGING']), Path(os.environ['BUILD'])


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def needs(command):
    return unittest.skipUnless(shutil.which(command) or os.path.exists(f'/usr/sbin/{command}'), f'no {command} here')


@needs('systemd-analyze')
class Systemd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.units = Path(cls.folder.name)
        # verify looks whether the command is there: it is not installed yet.
        text = (PACKAGING / 'systemd/skq-record.service.in').read_text().replace('@CMAKE_INSTALL_FULL_BINDIR@/skq', SKQ)
        (cls.units / 'skq-record.service').write_text(text)
        shutil.copy(PACKAGING / 'systemd/skq-record.timer', cls.units)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_units_are_sound(self):
        for unit in ('skq-record.service', 'skq-record.timer'):
            done = run('systemd-analyze', 'verify', '--man=no', str(self.units / unit))
            said = [line for line in done.stdout.splitlines() if 'skq' in line]
            self.assertEqual((done.returncode, said), (0, []), done.stdout)

    def test_the_service_is_hardened(self):
        done = run('systemd-analyze', 'security', '--offline=true', '--threshold=25',
                   str(self.units / 'skq-record.service'))
        level = re.search(r'Overall exposure level for \S+: ([0-9.]+)', done.stdout)
        self.assertTrue(level, done.stdout)
        self.assertLessEqual(float(level.group(1)), 2.5)
        self.assertEqual(done.returncode, 0, done.stdout[-500:])

    @needs('strace')
    def test_its_filter_allows_what_skq_calls(self):
        text = (self.units / 'skq-record.service').read_text()
        groups = re.search(r'^SystemCallFilter=(.*)$', text, re.M).group(1).split()
        allowed, todo = set(), list(groups)
        while todo:
            word = todo.pop()
            if not word.startswith('@'):
                allowed.add(word)
                continue
            for line in run('systemd-analyze', 'syscall-filter', word).stdout.splitlines()[1:]:
                if line.strip() and not line.strip().startswith('#'):
                    todo.append(line.strip())
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / 'trace'
            done = run('strace', '-f', '-qq', '-o', str(trace), SKQ, 'record', f'--dir={folder}', '--why', '--bpf=never')
            if done.returncode:
                self.skipTest(f'strace cannot trace here: {done.stdout}')
            called = set(re.findall(r'^\d+\s+([a-z_0-9]+)\(', trace.read_text(), re.M))
        self.assertIn('openat', called)
        self.assertEqual(called - allowed, set())

    def test_it_gets_along_with_its_capabilities(self):
        if os.geteuid() != 0 or not shutil.which('setpriv'):
            self.skipTest('only root can give capabilities away')
        text = (self.units / 'skq-record.service').read_text()
        names = re.search(r'^CapabilityBoundingSet=(.*)$', text, re.M).group(1).lower().replace('cap_', '').split()
        # Descriptors of a process of another user, who holds a socket.
        holder = subprocess.Popen(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'python3', '-c',
                                   'import socket,sys\ns=socket.socketpair()\nprint("ready",flush=True)\nsys.stdin.read()'],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.assertEqual(holder.stdout.readline(), 'ready\n')
            seen = {}
            for label, keep in (('all', names), ('none', [])):
                with tempfile.TemporaryDirectory() as folder:
                    drop = ','.join(['-all'] + [f'+{name}' for name in keep])
                    done = run('setpriv', f'--bounding-set={drop}', f'--inh-caps={drop}', SKQ, 'record', f'--dir={folder}',
                               '-x', '--where', f'pid == {holder.pid}')
                    self.assertEqual(done.returncode, 0, done.stdout)
                    listed = run(SKQ, 'record', '--list', '--json-lines', f'--dir={folder}').stdout
                    seen[label] = int(re.search(r'"sockets":(\d+)', listed).group(1))
            self.assertEqual(seen, {'all': 2, 'none': 0})
        finally:
            holder.stdin.close()
            holder.stdout.close()
            holder.wait()

    @needs('systemd-analyze')
    def test_the_timer_comes_each_minute(self):
        text = (self.units / 'skq-record.timer').read_text()
        when = re.search(r'^OnCalendar=(.*)$', text, re.M).group(1)
        done = run('systemd-analyze', 'calendar', '--iterations=3', '--base-time=2026-11-21 00:00:00 UTC', when,
                   env={**os.environ, 'TZ': 'UTC'})
        self.assertEqual(re.findall(r'00:0\d:00', done.stdout)[-3:], ['00:01:00', '00:02:00', '00:03:00'], done.stdout)


class Cron(unittest.TestCase):
    text = (PACKAGING / 'cron.d/skq').read_text()

    def jobs(self):
        return [line for line in self.text.splitlines()
                if line.strip() and not line.startswith('#') and not re.match(r'[A-Z_]+=', line)]

    def test_each_line_is_one_of_a_crontab(self):
        self.assertTrue(self.text.endswith('\n'), 'cron leaves out a last line without its end')
        field = r'(\*|\d+(-\d+)?)(/\d+)?'
        for line in self.jobs():
            self.assertRegex(line, rf'^({field}(,{field})*\s+){{5}}root\s+\S')
            self.assertNotIn('%', line, 'cron makes a line feed of it')
        self.assertEqual(len(self.jobs()), 1)

    # Debian's cron takes no file whose name has a dot.
    def test_its_name_is_one_that_cron_reads(self):
        self.assertRegex((PACKAGING / 'cron.d/skq').name, r'^[A-Za-z0-9_-]+$')

    def command(self):
        return self.jobs()[0].split(None, 6)[6]

    def test_the_command_is_one_of_skq(self):
        command = self.command()
        self.assertTrue(command.startswith('[ -d /run/systemd/system ] || '), command)
        words = command.split('|| ')[1].split()
        self.assertEqual(words[0], 'skq')
        self.assertIn('/usr/bin', re.search(r'^PATH=(.*)$', self.text, re.M).group(1).split(':'))
        with tempfile.TemporaryDirectory() as folder:
            done = run(SKQ, *[word for word in words[1:] if not word.startswith('--log-file')], f'--dir={folder}')
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertTrue(list(Path(folder).glob('*.jsonl.zst')))
        self.assertEqual(run('sh', '-n', '-c', command).returncode, 0)

    def test_a_real_cron_takes_it(self):
        if not shutil.which('crontab'):
            self.skipTest('no crontab here')
        user_lines = '\n'.join(re.sub(r'^((?:\S+\s+){5})root\s+', r'\1', line) for line in self.jobs()) + '\n'
        done = run('crontab', '-T', '-', input=user_lines)
        if done.returncode and ('invalid option' in done.stdout or 'usage' in done.stdout.lower()):
            self.skipTest('this crontab cannot check')
        self.assertEqual(done.returncode, 0, done.stdout)


@needs('logrotate')
class Logrotate(unittest.TestCase):
    def test_it_rotates_and_compresses(self):
        if os.geteuid() != 0 or not shutil.which('zstd'):
            self.skipTest('only root with zstd')
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / 'sockets.jsonl'
            text = (PACKAGING / 'logrotate/skq-jsonl').read_text()
            self.assertIn('/var/log/skq/sockets.jsonl', text)
            config = Path(folder) / 'config'
            config.write_text(text.replace('/var/log/skq/sockets.jsonl', str(log)))
            os.chmod(folder, 0o750)
            os.chmod(config, 0o644)
            log.write_text(run(SKQ, '-t', '-a', '-x', '--json-lines').stdout + '{"last":1}\n')
            before = log.read_text()
            for _ in range(2):
                done = run('/usr/sbin/logrotate', '--force', '--state', f'{folder}/state', str(config))
                self.assertEqual(done.returncode, 0, done.stdout)
            self.assertEqual(log.stat().st_mode & 0o7777, 0o640)
            rotated = sorted(Path(folder).glob('sockets.jsonl*.zst'))
            self.assertTrue(rotated, os.listdir(folder))
            self.assertIn(before, [run('zstd', '-dcq', str(path)).stdout for path in rotated])


if __name__ == '__main__':
    unittest.main()
