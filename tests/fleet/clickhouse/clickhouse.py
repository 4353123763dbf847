#!/usr/bin/env python3
"""packaging/fleet/clickhouse against a real ClickHouse: the schema, what is shipped, and every question's answer."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import server
from server import CLICKHOUSE, SKQ, question, run

T = 1795244889  # any moment; the questions are asked about it
# Which types of ClickHouse hold a type of the catalogue without loss.
FITTING = {'text': {'String'}, 'address': {'String'}, 'integer': {'UInt64'}, 'number': {'Float64'}, 'boolean': {'UInt8'}}


def tcp(host, ts, here, there, **fields):
    """A row as skq writes it, as far as the questions read it: ends are 'address port'."""
    (local_addr, local_port), (peer_addr, peer_port) = here.split(), there.split()
    return {'ts': ts, 'host': host, 'family': 'inet6' if ':' in local_addr else 'inet', 'netid': 'tcp', 'state': 'ESTAB',
            'local': f'{local_addr}:{local_port}', 'peer': f'{peer_addr}:{peer_port}', 'local_addr': local_addr,
            'local_port': int(local_port), 'peer_addr': peer_addr, 'peer_port': int(peer_port), 'netns': 1,
            'cookie': f'{host}-{here}-{there}', 'recv_q': 0, 'send_q': 0, 'timer': 'off', 'tcp_snd_wnd': 65536, **fields}


def owner(comm, pid, fd=3):
    return {'comm': comm, 'pid': pid, 'fd': fd, 'process': f'users:(("{comm}",pid={pid},fd={fd}))'}


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.Server()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.server.forget()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def given(self, *rows):
        self.server.insert('skq.sockets', rows)

    def columns(self):
        return self.server.rows("select name, type, default_kind from system.columns where database = 'skq' and "
                                "table = 'sockets' and default_kind = '' and name not in ('ts', 'host')")


class Schema(WithServer):
    def test_columns_are_fields_with_a_fitting_type(self):
        listed = subprocess.run([SKQ, '--list-columns=json'], text=True, capture_output=True, check=True).stdout
        types = {field['name']: field['type'] for field in json.loads(listed)}
        columns = self.columns()
        self.assertGreater(len(columns), 100)
        for column in columns:
            kind = column['type'].replace('Nullable(', '').rstrip(')')
            with self.subTest(column['name']):
                self.assertIn(kind, FITTING[types[column['name']]])

    def test_only_what_no_row_lacks_cannot_be_null(self):
        self.assertEqual({column['name'] for column in self.columns() if not column['type'].startswith('Nullable')},
                         {'family', 'netid', 'state'})

    def test_applying_it_again_keeps_the_rows(self):
        self.given(tcp('a', T, '192.0.2.1 1', '192.0.2.2 2'))
        with open(CLICKHOUSE / 'schema.sql', encoding='utf-8') as schema:
            subprocess.run(['clickhouse-client', '--multiquery'], stdin=schema, check=True)
        self.assertEqual(self.server.rows('select count() as n from skq.sockets'), [{'n': 1}])

    def test_every_question_names_its_defaults_and_runs_on_nothing(self):
        files = sorted((CLICKHOUSE / 'queries').glob('*.sql'))
        self.assertGreater(len(files), 5)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(question(file.stem, at=T), [])


class Rows(WithServer):
    """skq's own rows, of sockets with every kind of oddity, come out of ClickHouse as they went in."""

    def sockets(self):
        held = []
        for _ in range(2):
            listener = socket.create_server(('::', 0), family=socket.AF_INET6, dualstack_ipv6=True)
            client = socket.create_connection(('127.0.0.1', listener.getsockname()[1]))
            held += [listener, client, listener.accept()[0]]
        held[1].sendall(b'x' * 1000)
        held.append(socket.create_connection(held[0].getsockname()[:2], source_address=('::1', 0)))  # waits to be accepted
        for name in (b'\0a "name"\n\\ \xff\x01', b'\0plain', str(self.folder / 'path').encode()):
            held.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            held[-1].bind(name)
        held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        held[-1].bind(('127.0.0.1', 0))
        held += socket.socketpair()
        held[-1].send(b'abc')
        return held

    def test_nothing_is_lost(self):
        held = self.sockets()
        rows = self.folder / 'rows'
        with open(rows, 'wb') as out:
            subprocess.run([SKQ, '-anmpieo', '-c', '+netns,process', '--json-lines'], stdout=out, stderr=subprocess.DEVNULL,
                           check=True)
        for one in held:
            one.close()
        sent = [json.loads(line) for line in rows.read_text(encoding='utf-8').splitlines()]
        done = run('ship', str(rows))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
        names = [column['name'] for column in self.columns()]
        stored = self.server.rows(f"select toUInt32(ts) as ts, host, {', '.join(names)} from skq.sockets")
        self.assertGreater(len(sent), 12)
        expected = [{name: row.get(name) for name in ['ts', 'host', *names]} for row in sent]
        self.assertEqual(sorted(map(str, stored)), sorted(str({name: int(value) if isinstance(value, bool) else value
                                                               for name, value in row.items()}) for row in expected))
        self.assertTrue(any(row['path_b64'] for row in stored), 'no name that is not UTF-8 was among them')
        self.assertTrue(any(row['tcp_max_pacing_rate'] == 2**64 - 1 for row in stored), 'the largest number was not among them')
        for name in ('recv_q', 'sndbuf', 'pid', 'tcp_bytes_acked'):
            total = self.server.rows(f'select sum({name}) as s, count({name}) as n, sum({name} is null) as absent from skq.sockets')
            values = [row[name] for row in sent if row.get(name) is not None]
            self.assertEqual(total, [{'s': sum(values), 'n': len(values), 'absent': len(sent) - len(values)}], name)

    def test_what_the_questions_need_is_in_rows_of_the_usual_options(self):
        held = self.sockets()
        out = subprocess.run([SKQ, '-tanmpieo', '-c', '+netns,process', '--json-lines'], text=True, capture_output=True,
                             check=True).stdout
        for one in held:
            one.close()
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual({list(row)[0] + list(row)[1] for row in rows}, {'tshost'})
        wanted = ('netns', 'cookie', 'local_addr', 'local_port', 'peer_addr', 'peer_port', 'recv_q', 'send_q', 'pid', 'comm',
                  'process', 'timer', 'timer_retrans', 'tcp_snd_wnd', 'tcp_rwnd_limited_percent', 'drops', 'accept_fill')
        for name in wanted:
            self.assertTrue(all(name in row for row in rows), name)
        for name in ('netns', 'cookie', 'process', 'tcp_snd_wnd', 'timer'):
            self.assertTrue(all(row[name] is not None for row in rows if row['state'] == 'ESTAB' and row['inode']), name)


class Ship(WithServer):
    def stub(self, text):
        stub = self.folder / f'skq{len(list(self.folder.iterdir()))}'
        stub.write_text('#!/bin/sh\n' + text)
        stub.chmod(0o755)
        return str(stub)

    def snapshots(self):
        return self.server.rows('select toUInt32(ts) as ts, host, rows, complete, said from skq.snapshots order by ts, host')

    def count(self):
        return self.server.rows('select count() as n from skq.sockets')[0]['n']

    def test_this_host_now(self):
        with socket.create_server(('127.0.0.1', 0)):
            done = run('ship', SKQ=SKQ)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
        (snapshot,) = self.snapshots()
        self.assertEqual((snapshot['host'], snapshot['rows']), (socket.gethostname(), self.count()))
        self.assertGreater(snapshot['rows'], 0)

    def test_complete_incomplete_and_not_known(self):
        row = json.dumps(tcp('a"b\\c', T, '192.0.2.1 1', '192.0.2.2 2'), separators=(',', ':'))
        (self.folder / 'row').write_text(row + '\n')
        show = f'cat {self.folder}/row\n'
        self.assertEqual(run('ship', '--', SKQ=self.stub(show)).returncode, 0)
        self.assertEqual(self.snapshots(), [{'ts': T, 'host': 'a"b\\c', 'rows': 1, 'complete': 1, 'said': None}])
        self.assertIn('1 of 1 snapshots', run('ship', '--', SKQ=self.stub(show)).stderr)
        self.server.forget()
        said = 'skq: incomplete: a \\"name\\"\\ttold\\nmore | of it'
        self.assertEqual(run('ship', SKQ=self.stub(show + f'printf "{said}\\n" >&2; exit 3\n')).returncode, 0)
        self.assertEqual(self.snapshots()[0]['complete'], 0)
        self.assertEqual(self.snapshots()[0]['said'], 'skq: incomplete: a "name"told; more | of it')
        self.server.forget()
        self.assertEqual(run('ship', str(self.folder / 'row')).returncode, 0)
        self.assertEqual(self.snapshots()[0]['complete'], None)

    def test_no_sockets_is_a_snapshot_of_none(self):
        self.assertEqual(run('ship', SKQ=self.stub('exit 0')).returncode, 0)
        self.assertEqual([(one['host'], one['rows']) for one in self.snapshots()], [(socket.gethostname(), 0)])

    def test_many_snapshots_of_many_hosts_in_one_file_and_not_twice(self):
        rows = [tcp(host, T + second, '192.0.2.1 1', f'192.0.2.2 {port}') for host in ("a", "b's") for second in (0, 60)
                for port in range(1, 4)]
        text = '\n'.join(json.dumps(row, separators=(',', ':')) for row in rows) + '\n'
        (self.folder / 'rows').write_text(text)
        self.assertEqual(run('ship', str(self.folder / 'rows')).returncode, 0)
        self.assertEqual([(one['ts'] - T, one['host'], one['rows']) for one in self.snapshots()],
                         [(0, 'a', 3), (0, "b's", 3), (60, 'a', 3), (60, "b's", 3)])
        with open(self.folder / 'rows', 'a', encoding='utf-8') as more:
            more.write(json.dumps(tcp('c', T, '192.0.2.1 1', '192.0.2.2 2'), separators=(',', ':')) + '\n')
        again = run('ship', str(self.folder / 'rows'))
        self.assertEqual((again.returncode, again.stderr), (1, 'ship: 4 of 5 snapshots are there already; nothing is shipped\n'))
        self.assertEqual(self.count(), 12)

    def test_refuses_what_is_not_rows(self):
        (self.folder / 'rows').write_text('{"skq":{"schema":1}}\n')
        done = run('ship', str(self.folder / 'rows'))
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, r'^ship: no rows of skq --json-lines')
        good = json.dumps(tcp('a', T, '192.0.2.1 1', '192.0.2.2 2'), separators=(',', ':'))
        (self.folder / 'rows').write_text(good + '\nrubbish\n')
        self.assertRegex(run('ship', str(self.folder / 'rows')).stderr, '^ship: some lines are not rows')
        self.assertEqual(self.count(), 0)

    def test_failures_are_said_and_nothing_is_stored(self):
        for words, environment in (('failed (1): skq: no such thing', {'SKQ': self.stub('echo "skq: no such thing" >&2; exit 1')}),
                                   ('no answer from http://127.0.0.1:9', {'SKQ': SKQ, 'CLICKHOUSE': 'http://127.0.0.1:9'}),
                                   ('refuses: Code: 27', {'SKQ': self.stub("echo '{\"ts\":1,\"host\":\"a\",\"recv_q\":\"x\"}'")})):
            done = run('ship', **environment)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn(words, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertEqual((self.count(), self.snapshots()), (0, []))


class BothEnds(WithServer):
    """Who is to blame for a sender that cannot go on. A sender here is web1 unless said otherwise, its other end db1."""

    held_up = {'send_q': 4000, 'tcp_snd_wnd': 0, 'timer': 'persist', **owner('app', 10)}

    def one(self, **words):
        (row,) = question('both-ends', at=T, **words)
        return row

    def sender(self, ts=T - 5, here='192.0.2.1 40000', there='192.0.2.2 5000', **fields):
        return tcp('web1', ts, here, there, **{**self.held_up, **fields})

    def reader(self, ts=T - 6, here='192.0.2.2 5000', there='192.0.2.1 40000', host='db1', **fields):
        return tcp(host, ts, here, there, **{'recv_q': 500, **owner('importer', 20), **fields})

    def test_names_the_end_that_does_not_read(self):
        self.given(self.sender(), self.reader(),
                   tcp('web1', T - 5, '192.0.2.1 40001', '192.0.2.2 5000', send_q=9),  # goes on
                   tcp('db1', T - 6, '192.0.2.2 5000', '192.0.2.1 40001', recv_q=7, **owner('other', 30)))
        row = self.one()
        self.assertEqual((row['host'], row['sender'], row['send_q']), ('web1', 'users:(("app",pid=10,fd=3))', 4000))
        self.assertEqual((row['other_host'], row['other_pid'], row['other_comm'], row['other_recv_q'], row['apart_s']),
                         ('db1', 20, 'importer', 500, -1))
        self.assertEqual((row['verdict'], row['candidates'], row['reused'], row['still_there']),
                         ('not reading: users:(("importer",pid=20,fd=3)) on db1', 1, 0, 1))

    def test_of_two_snapshots_in_the_window_the_last_and_the_nearest(self):
        self.given(self.sender(T - 65, send_q=1), self.sender(T - 5), self.reader(T - 66, recv_q=100, pid=19),
                   self.reader(T - 10), self.reader(T + 50, pid=21, recv_q=800))
        row = self.one()
        self.assertEqual((row['send_q'], row['other_pid'], row['other_recv_q'], row['other_growth']), (4000, 20, 500, 700))

    def test_a_sender_that_went_on_is_not_shown(self):
        self.given(self.sender(T - 65), self.sender(T - 5, tcp_snd_wnd=9000, timer='off'), self.reader())
        self.assertEqual(question('both-ends', at=T), [])

    def test_absent_is_not_zero(self):
        self.given(self.sender(tcp_snd_wnd=None, timer=None), self.reader())
        self.assertEqual(question('both-ends', at=T), [])

    def test_held_back_most_of_the_time_though_the_window_is_open(self):
        self.given(self.sender(tcp_snd_wnd=100, timer='on', tcp_rwnd_limited_percent=80), self.reader())
        self.assertEqual(self.one()['other_comm'], 'importer')
        self.assertEqual(question('both-ends', at=T, percent=90), [])

    def test_mapped_addresses(self):
        self.given(self.sender(), self.reader(here='::ffff:192.0.2.2 5000', there='::ffff:192.0.2.1 40000'))
        self.assertEqual(self.one()['other_pid'], 20)

    def test_other_host_does_not_report(self):
        self.given(self.sender())
        row = self.one()
        self.assertEqual((row['other_host'], row['other_pid'], row['other_process'], row['other_recv_q'], row['other_growth'],
                          row['apart_s'], row['candidates']), (None, None, None, None, None, None, 0))
        self.assertEqual(row['verdict'], 'other end not recorded: its host does not report, or addresses are translated')

    def test_other_host_reports_but_not_this_socket(self):
        self.given(self.sender(), self.reader(there='192.0.2.9 40000'))  # as behind a translated address
        row = self.one()
        self.assertEqual(row['other_host'], None)
        self.assertEqual(row['verdict'], 'other end not recorded: a host with its address reports, but not this socket')

    def test_time_wait_and_listeners_are_nobody_s_other_end(self):
        self.given(self.sender(), self.reader(state='TIME-WAIT', recv_q=0), self.reader(state='LISTEN'))
        self.assertEqual(self.one()['other_host'], None)

    def test_addresses_used_again(self):
        self.given(self.sender(), self.reader(T - 60, cookie='old', pid=19), self.reader(T - 60, state='TIME-WAIT', cookie='old'),
                   self.reader(T - 4, cookie='new'))
        row = self.one()
        self.assertEqual((row['other_pid'], row['reused']), (20, 1))

    def test_sender_s_addresses_used_again(self):
        self.given(self.sender(T - 65, cookie='old'), self.sender(cookie='new'), self.reader())
        self.assertEqual(self.one()['reused'], 1)

    def test_clocks_that_differ(self):
        self.given(self.sender(), self.reader(T + 20))
        self.assertEqual((self.one()['other_pid'], self.one()['apart_s']), (20, 25))
        row = self.one(apart=24)
        self.assertEqual((row['other_host'], row['apart_s']), (None, None))
        self.assertRegex(row['verdict'], '^other end not recorded')

    def test_loopback_stays_on_its_host(self):
        ends = {'here': '127.0.0.1 40000', 'there': '127.0.0.1 5000'}
        other = {'here': '127.0.0.1 5000', 'there': '127.0.0.1 40000'}
        self.given(self.sender(**ends), self.reader(T - 20, host='web1', **other), self.reader(T - 5, pid=66, **other),
                   self.reader(T - 5, host='web1', netns=2, pid=77, **other))
        row = self.one()
        self.assertEqual((row['other_host'], row['other_pid'], row['candidates']), ('web1', 20, 1))

    def test_private_addresses_used_twice(self):
        self.given(self.sender(), self.reader(), self.reader(T - 50, host='db2', pid=66))
        row = self.one()
        self.assertEqual((row['other_pid'], row['candidates'], row['reused']), (20, 2, 0))

    def test_nobody_acknowledges(self):
        self.given(self.sender(tcp_snd_wnd=9000, timer='on', timer_retrans=3), self.reader(recv_q=0))
        self.assertEqual(self.one()['verdict'], 'nobody acknowledges: the path or the other host')

    def test_other_end_had_read_everything(self):
        self.given(self.sender(), self.reader(recv_q=0))
        self.assertEqual(self.one()['verdict'], 'the other end had read everything at its snapshot')

    def test_unknown_owner(self):
        self.given(self.sender(), self.reader(pid=None, comm=None, process=None))
        row = self.one()
        self.assertEqual((row['other_pid'], row['verdict']), (None, 'not reading: an unknown process on db1'))

    def test_gone_meanwhile(self):
        self.given(self.sender(T - 65), tcp('web1', T - 5, '192.0.2.1 7', '192.0.2.7 7'), self.reader(T - 66))
        self.assertEqual(self.one()['still_there'], 0)

    def test_outside_the_window(self):
        self.given(self.sender(T - 601), self.reader())
        self.assertEqual(question('both-ends', at=T), [])
        self.assertEqual(len(question('both-ends', at=T, window=700)), 1)


class Questions(WithServer):
    def test_accept_queues(self):
        listener = {'state': 'LISTEN', 'accept_limit': 129, **owner('httpd', 5)}
        rows = [tcp('a', T - 300, '192.0.2.1 80', '0.0.0.0 0', accept_queue=129, accept_fill=100.0, **listener),
                tcp('a', T - 5, '192.0.2.1 80', '0.0.0.0 0', accept_queue=0, accept_fill=0.0, **listener),
                tcp('b', T - 5, '192.0.2.2 80', '0.0.0.0 0', accept_queue=110, accept_fill=85.3, **listener),
                tcp('c', T - 5, '192.0.2.3 80', '0.0.0.0 0', accept_queue=90, accept_fill=69.8, **listener),
                tcp('d', T - 601, '192.0.2.4 80', '0.0.0.0 0', accept_queue=129, accept_fill=100.0, **listener)]
        self.given(*rows)
        self.assertEqual([(row['host'], row['pending'], row['room'], row['worst_percent'], row['processes'])
                          for row in question('accept-queues', at=T)],
                         [('a', 129, 129, 100, 'users:(("httpd",pid=5,fd=3))'), ('b', 110, 129, 85.3, 'users:(("httpd",pid=5,fd=3))')])
        self.assertEqual(len(question('accept-queues', at=T, percent=60)), 3)

    def test_close_wait(self):
        def waiting(host, ts, number, comm, state='CLOSE-WAIT'):
            return [tcp(host, ts, f'192.0.2.1 {1000 + one}', '192.0.2.2 5', state=state, **owner(comm, 3)) for one in range(number)]
        self.given(*waiting('a', T - 900, 1, 'x', 'ESTAB'), *waiting('a', T - 600, 2, 'x'), *waiting('a', T - 5, 5, 'x'),
                   *waiting('a', T - 5, 4, 'x', 'ESTAB'),
                   *waiting('b', T - 600, 3, 'y'), *waiting('b', T - 5, 3, 'y'),  # no more than before
                   *waiting('c', T - 600, 4, 'z'), *waiting('c', T - 5, 1, 'w'))
        self.assertEqual([tuple(row[name] for name in ('host', 'comm', 'first', 'last', 'more', 'most', 'snapshots'))
                          for row in question('close-wait', at=T)], [('a', 'x', 0, 5, 5, 5, 3), ('c', 'w', 0, 1, 1, 1, 2)])

    def test_memory(self):
        self.given(tcp('a', T - 60, '192.0.2.1 1', '192.0.2.2 5', rmem_alloc=10**9, **owner('old', 1)),
                   tcp('a', T - 5, '192.0.2.1 1', '192.0.2.2 5', rmem_alloc=100, wmem_queued=30, wmem_alloc=7, fwd_alloc=4,
                       **owner('db', 1)),
                   tcp('a', T - 5, '192.0.2.1 2', '192.0.2.2 5', rmem_alloc=50, wmem_queued=0, fwd_alloc=0, **owner('db', 1)),
                   tcp('a', T - 5, '192.0.2.1 3', '192.0.2.2 5', state='TIME-WAIT'),
                   {'ts': T - 50, 'host': 'b', 'family': 'unix', 'netid': 'u_str', 'state': 'ESTAB', 'rmem_alloc': 0,
                    'wmem_alloc': 500, 'wmem_queued': 9, 'fwd_alloc': 0, **owner('nginx', 2)})
        self.assertEqual([tuple(row[name] for name in ('host', 'process', 'pid', 'sockets', 'received', 'to_send', 'bytes', 'unknown'))
                          for row in question('memory', at=T)],
                         [('b', 'nginx', 2, 1, 0, 500, 500, 0), ('a', 'db', 1, 2, 150, 30, 184, 0), ('a', '?', None, 1, 0, 0, 0, 1)])

    def test_drops(self):
        def dropping(ts, drops, port=1, **fields):
            return tcp('a', ts, f'192.0.2.1 {port}', '192.0.2.2 5', drops=drops, **{**owner('syslogd', 4), **fields})
        self.given(dropping(T - 600, 1000), dropping(T - 5, 1007),  # old drops are not new ones
                   dropping(T - 600, 3, port=2), dropping(T - 5, 3, port=2),
                   dropping(T - 5, 40, port=3, **owner('new', 9)),
                   dropping(T - 600, None, port=4), dropping(T - 5, None, port=4))
        self.assertEqual([(row['processes'], row['dropped']) for row in question('drops', at=T)],
                         [('users:(("new",pid=9,fd=3))', 40), ('users:(("syslogd",pid=4,fd=3))', 7)])

    def test_hosts(self):
        def snapshot(host, age, complete, said=None):
            return {'ts': T - age, 'host': host, 'rows': 50 + age, 'complete': complete, 'said': said}
        self.server.insert('skq.snapshots', [
            snapshot('fine', 65, 0), snapshot('fine', 5, 1), snapshot('partly', 65, 1), snapshot('partly', 5, 0, 'no permission'),
            snapshot('quiet', 400, 1), snapshot('unsaid', 5, None), snapshot('ahead', -30, 1), snapshot('past', 90000, 1)])
        answer = {row['host']: row for row in question('hosts', at=T)}
        self.assertEqual({host: row['status'] for host, row in answer.items()},
                         {'fine': 'ok', 'partly': 'incomplete', 'quiet': 'silent', 'unsaid': 'ok', 'ahead': 'clock ahead'})
        self.assertEqual((answer['quiet']['age_s'], answer['partly']['rows'], answer['partly']['said']), (400, 55, 'no permission'))
        self.assertEqual(answer['unsaid']['last_complete'], None)
        self.assertNotEqual(answer['partly']['last_complete'], answer['partly']['last'])
        self.assertEqual(answer['fine']['last_complete'], answer['fine']['last'])

    def test_unread(self):
        def waiting(ts, recv_q, port, **fields):
            return tcp('a', ts, f'192.0.2.1 {port}', '192.0.2.2 5', recv_q=recv_q, **{**owner('reader', 4), **fields})
        self.given(waiting(T - 65, 10, 1), waiting(T - 5, 30, 1),
                   waiting(T - 65, 30, 2), waiting(T - 5, 10, 2),  # being read
                   waiting(T - 65, 30, 3), waiting(T - 35, 0, 3), waiting(T - 5, 30, 3),
                   waiting(T - 5, 30, 4),  # seen once
                   waiting(T - 65, 5, 6, state='LISTEN'), waiting(T - 5, 5, 6, state='LISTEN'))
        (row,) = question('unread', at=T)
        self.assertEqual((row['local'], row['first'], row['waiting'], row['seen']), ('192.0.2.1:1', 10, 30, 2))


class Query(WithServer):
    def test_lists_the_questions(self):
        done = run('query')
        self.assertEqual(done.returncode, 0)
        names = [line.split()[0] for line in done.stdout.splitlines()]
        self.assertEqual(names, sorted(file.stem for file in (CLICKHOUSE / 'queries').glob('*.sql')))

    def test_every_question_has_a_line_on_the_page(self):
        page = (server.ROOT / 'packaging/fleet/README.md').read_text(encoding='utf-8')
        for file in (CLICKHOUSE / 'queries').glob('*.sql'):
            self.assertIn(f'`{file.stem}`', page)

    def test_refuses_what_it_does_not_know(self):
        for arguments, words in ((['nothing'], "no question 'nothing'"), (['../schema'], 'no question'),
                                 (['hosts', 'wind=5'], "unknown word 'wind'; known: "), (['hosts', 'window=1;drop'], 'not a plain value')):
            done = run('query', *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ''))
            self.assertIn(words, done.stderr)

    def test_failure_is_an_exit_code(self):
        self.assertNotEqual(run('query', 'hosts', CLICKHOUSE='http://127.0.0.1:9').returncode, 0)
        self.assertNotEqual(run('query', 'hosts', 'window=abc').returncode, 0)


if __name__ == '__main__':
    server.enter_private_network()
    unittest.main(argv=[sys.argv[0], '-v', *sys.argv[1:]])
