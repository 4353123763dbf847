#!/usr/bin/env python3
"""packaging/fleet/walkthrough: it names the process that does not read, and leaves nothing behind, also when interrupted."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import server

WALKTHROUGH = server.ROOT / 'packaging/fleet/walkthrough'


def everything_it_needs():
    server.need('clickhouse-server', 'clickhouse-client', 'curl', 'ip', 'unshare', 'nsenter', 'setpriv')
    as_root = [] if os.geteuid() == 0 else ['--map-root-user']
    probe = subprocess.run(['unshare', *as_root, '--net', '--uts', '--mount', '--pid', '--fork', '--mount-proc', 'true'],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        server.skip('namespaces are not permitted here: ' + probe.stderr.strip())


class Walkthrough(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.temporary = Path(self.folder.name) / 'tmp'
        self.temporary.mkdir()
        self.environment = {**os.environ, 'TMPDIR': str(self.temporary)}

    def processes_of_it(self):
        """Command lines of living processes that have to do with this run's folder."""
        found = []
        for process in Path('/proc').iterdir():
            try:
                environment = (process / 'environ').read_bytes() if process.name.isdigit() else b''
                if str(self.temporary).encode() in environment and int(process.name) != os.getpid():
                    found.append((process / 'cmdline').read_bytes())
            except OSError:
                pass
        return found

    def nothing_is_left(self):
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertEqual(self.processes_of_it(), [])

    def test_names_the_culprit(self):
        keep = Path(self.folder.name) / 'rows'
        done = subprocess.run([WALKTHROUGH, '--keep', keep], env=self.environment, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stderr, '')
        rows = [json.loads(line) for line in (keep / 'db1.jsonl').read_text().splitlines()]
        reader = next(row for row in rows if row['state'] == 'ESTAB')
        self.assertEqual((reader['host'], reader['comm']), ('db1', 'importer'))
        self.assertGreater(reader['recv_q'], 0)
        for line in (r'^host: +web1$', r'^other_host: +db1$', rf'^other_pid: +{reader["pid"]}$', r'^other_comm: +importer$',
                     rf'^verdict: +not reading: users:\(\("importer",pid={reader["pid"]},fd=\d+\)\) on db1$'):
            self.assertRegex(done.stdout, re.compile(line, re.MULTILINE))
        self.assertIn(f'found: importer, pid {reader["pid"]}, on db1', done.stdout)
        self.nothing_is_left()

    def test_interrupted(self):
        for number, words in ((signal.SIGINT, 'two hosts'), (signal.SIGTERM, 'uploader'), (signal.SIGHUP, 'ships')):
            with self.subTest(number):
                process = subprocess.Popen([WALKTHROUGH], env=self.environment, text=True, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE)
                for line in process.stdout:
                    if words in line:
                        break
                self.assertTrue(self.processes_of_it())
                process.send_signal(number)
                _, said = process.communicate(timeout=20)
                self.assertEqual((process.returncode, said), (130 if number == signal.SIGINT else 143, ''))
                self.nothing_is_left()

    def test_killed(self):
        process = subprocess.Popen([WALKTHROUGH], env=self.environment, text=True, stdout=subprocess.PIPE)
        for line in process.stdout:
            if 'uploader' in line:
                break
        process.kill()
        process.communicate(timeout=20)
        deadline = time.monotonic() + 10
        while self.processes_of_it() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.processes_of_it(), [])

    def test_says_what_is_missing(self):
        tools = Path(self.folder.name) / 'bin'
        tools.mkdir()
        for tool in ('bash', 'readlink', 'dirname', 'mktemp', 'rm', 'cat', 'sort', 'paste', 'id'):
            path = subprocess.run(['sh', '-c', f'command -v {tool}'], text=True, capture_output=True, check=True).stdout.strip()
            (tools / tool).symlink_to(path)
        text = WALKTHROUGH.read_text().replace(':/usr/sbin:/sbin', '')
        copy = Path(self.folder.name) / 'walkthrough'
        copy.write_text(text)
        copy.chmod(0o755)
        done = subprocess.run([copy], env={**self.environment, 'PATH': str(tools)}, text=True, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertEqual(done.stderr, 'walkthrough: install first: clickhouse-client clickhouse-server curl iproute2 python3 util-linux\n')
        self.nothing_is_left()


if __name__ == '__main__':
    everything_it_needs()
    unittest.main(argv=[sys.argv[0], '-v'])
