"""A ClickHouse for one test: in a network namespace of its own, so that any number run at once, and a temporary folder."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(os.environ['SKQ_ROOT'])
SKQ = os.environ['SKQ']
CLICKHOUSE = ROOT / 'packaging/fleet/clickhouse'
ADDRESS = 'http://127.0.0.1:8123'


def skip(reason):
    print('skipped:', reason)
    sys.exit(77)


def need(*programs):
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        skip('not installed: ' + ' '.join(missing))


def enter_private_network():
    """Runs this program again in a network namespace where lo is up."""
    if os.environ.get('SKQ_PRIVATE') == '1':
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
        return
    need('clickhouse-server', 'clickhouse-client', 'curl', 'ip', 'unshare')
    unshare = ['unshare', '--net'] + ([] if os.geteuid() == 0 else ['--map-root-user'])
    probe = subprocess.run([*unshare, 'true'], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        skip('no network namespace is permitted here: ' + probe.stderr.strip())
    os.environ['SKQ_PRIVATE'] = '1'
    os.execvp('unshare', [*unshare, sys.executable, '-B', *sys.argv])


class Server:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.log = open(Path(self.folder.name) / 'log', 'w+', encoding='utf-8')
        self.process = subprocess.Popen([str(CLICKHOUSE / 'private-server'), self.folder.name], stdout=self.log,
                                        stderr=self.log)
        self.wait_until_it_answers()
        with open(CLICKHOUSE / 'schema.sql', encoding='utf-8') as schema:
            subprocess.run(['clickhouse-client', '--multiquery'], stdin=schema, check=True)

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if urllib.request.urlopen(ADDRESS + '/ping').read() == b'Ok.\n':
                    return
            except OSError:
                time.sleep(0.05)
        self.log.seek(0)
        raise RuntimeError('clickhouse-server does not answer: ' + self.log.read()[:2000])

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()

    @staticmethod
    def ask(query, data=None, **settings):
        body = query.encode()
        if data is not None:
            settings['query'], body = query, data
        try:
            return urllib.request.urlopen(ADDRESS + '/?' + urllib.parse.urlencode(settings), body).read().decode()
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def rows(self, query):
        text = self.ask(query + ' format JSONEachRow', output_format_json_quote_64bit_integers=0)
        return [json.loads(line) for line in text.splitlines()]

    def insert(self, table, rows):
        self.ask(f'insert into {table} format JSONEachRow', '\n'.join(json.dumps(row) for row in rows).encode())

    def forget(self):
        for table in ('sockets', 'snapshots'):
            self.ask(f'truncate table skq.{table}')


def run(program, *arguments, **environment):
    return subprocess.run([str(CLICKHOUSE / program), *arguments], text=True, capture_output=True, check=False,
                          env={**os.environ, 'CLICKHOUSE': ADDRESS, **environment})


def question(name, **words):
    """What packaging/fleet/clickhouse/query answers, one dictionary a row."""
    done = run('query', name, *(f'{word}={value}' for word, value in words.items()), FORMAT='JSONEachRow')
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return [{key: int(value) if isinstance(value, str) and value.lstrip('-').isdigit() else value
             for key, value in json.loads(line).items()} for line in done.stdout.splitlines()]
