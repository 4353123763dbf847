"""That `tests/bench/run` measures what it says, on few sockets and one round: every row is there, with finite figures. Nothing is
asserted about how long anything takes."""
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / 'parts'))
import cases  # noqa: E402
import report  # noqa: E402
import tools  # noqa: E402

BUILD = os.environ['SKQ_BENCH_BUILD']
SOCKETS = 200


def figures(value, path=''):
    """Every number in a result, with where it stands."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from figures(inner, f'{path}.{key}')
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from figures(inner, f'{path}[{at}]')


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='skq-bench-smoke.')
        cls.addClassCleanup(cls.folder.cleanup)
        document = Path(cls.folder.name, 'performance.md')
        document.write_text(f'before\n{report.BEGIN}\nold\n{report.END}\nafter\n', encoding='utf-8')
        cls.done = subprocess.run([HERE / 'run', '--build', BUILD, '--sizes', str(SOCKETS), '--rounds', '1',
                                   '--namespaces', '3', '--namespace-sockets', '30', '--json', f'{cls.folder.name}/bench.json',
                                   '--markdown', document], capture_output=True, text=True)
        if cls.done.returncode == 0:
            cls.result = json.loads(Path(cls.folder.name, 'bench.json').read_text(encoding='utf-8'))
            cls.document = document.read_text(encoding='utf-8')

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_every_case_has_a_row(self):
        left_out = {told.split(':')[0] for told in self.result['told']}
        sizes = {'unix': SOCKETS, 'tcp': SOCKETS // 2, 'empty': 0}
        expected = {(family, case.name, sizes[family]) for family, of in cases.FAMILIES.items() for case in of
                    if case.name not in left_out}
        self.assertEqual({(row['family'], row['name'], row['sockets']) for row in self.result['rows']}, expected)
        self.assertEqual(self.result['failed'], [])
        self.assertLessEqual(left_out, {case.name for case in cases.UNIX if case.needs_bpf}, 'only BPF may be missing')

    def test_every_figure_is_finite_and_none_is_missing(self):
        for path, value in figures(self.result):
            self.assertTrue(math.isfinite(value), path)
        for row in self.result['rows']:
            case = report.CASES[row['family'], row['name']]
            whose = {'skq'} | ({'floor'} if case.floor is not None else set()) | ({'ss'} if case.ss and shutil.which('ss') else set())
            self.assertEqual({who for who in ('skq', 'floor', 'ss') if who in row}, whose, row['name'])
            for who in whose:
                self.assertGreater(row[who]['wall_ms'], 0, row['name'])
                self.assertGreater(row[who]['peak_kib'], 0, row['name'])
                self.assertEqual(len(row[who]['runs']), 1, row['name'])

    def test_a_floor_asks_the_kernel_what_skq_asked(self):
        for row in self.result['rows']:
            if report.CASES[row['family'], row['name']].floor is not None:
                self.assertTrue(row['requests'], row['name'])
                for request in row['requests']:
                    self.assertTrue(tools.is_dump(bytes.fromhex(request)), row['name'])

    def test_many_namespaces_show_the_rows_of_all(self):
        self.assertEqual([(row['name'], row['rows_one'], row['rows_all']) for row in self.result['namespaces']],
                         [('--all-netns -tan', 30, 60), ('--all-netns -xa', 30, 60)])

    def test_the_markdown_replaces_only_what_was_measured_before(self):
        self.assertTrue(self.document.startswith(f'before\n{report.BEGIN}\n'))
        self.assertTrue(self.document.endswith(f'\n{report.END}\nafter\n'))
        self.assertNotIn('old', self.document)
        self.assertIn('| `-xap, by /proc` |', self.document)

    def test_few_sockets_are_not_judged(self):
        self.assertFalse([row['name'] for row in self.result['rows'] if row['targets'] and row['sockets']])


class Verdicts(unittest.TestCase):
    def row(self, **more):
        side = {'wall_ms': 10.0, 'peak_kib': 8192, 'instructions': None}
        return {'name': '-xa', 'family': 'unix', 'sockets': 100_000, 'skq': side, 'floor': side, 'ss': side,
                'skq/floor': {'wall': 1.0, 'cpu': 1.0, 'best': 1.0}, 'ss/skq': {'wall': 3.0, 'cpu': 3.0, 'best': 3.0}} | more

    def judged(self, *rows):
        result = {'rows': list(rows), 'namespaces': [], 'told': [], 'failed': []}
        report.judge(result)
        return result

    def test_what_is_within_is_met(self):
        result = self.judged(self.row())
        self.assertEqual((result['met'], result['missed']), (3, []))

    def test_what_is_beyond_is_missed_and_named(self):
        slow = self.row(**{'skq/floor': {'wall': 1.26, 'cpu': 1.0, 'best': 1.0}, 'ss/skq': {'wall': 2.1, 'cpu': 9, 'best': 9}},
                        skq={'wall_ms': 10.0, 'peak_kib': 49 * 1024, 'instructions': None})
        result = self.judged(slow)
        self.assertEqual(result['missed'], ['100000 unix `-xa`: skq/floor 1.26, target ≤ 1.25',
                                            '100000 unix `-xa`: ss/skq 2.10, target ≥ 2.2',
                                            '100000 unix `-xa`: peak MiB 49.00, target ≤ 48'])

    def test_time_per_row_must_not_grow(self):
        small = self.row(sockets=10_000, skq={'wall_ms': 1.0, 'peak_kib': 4096, 'instructions': None})
        large = self.row(skq={'wall_ms': 16.0, 'peak_kib': 8192, 'instructions': None})
        result = self.judged(small, large)
        self.assertIn('100000 unix `-xa`: time per row 1.60, target ≤ 1.5', result['missed'])
        self.assertAlmostEqual(result['growth'][0]['bytes_per_row']['skq'], 4096 * 1024 / 90_000)


class Stopwatch(unittest.TestCase):
    """The ruler itself, on commands whose cost is known."""

    def setUp(self):
        self.tools = tools.Tools(BUILD, None)

    def test_rows_are_lines_that_begin_with_no_blank(self):
        cost = self.tools.cost(['printf', 'head\nrow\n\t more\n  more\n\nrow without an end'], count=True)
        self.assertEqual((cost['lines'], cost['bytes']), (3, 42))

    def test_a_failure_is_told(self):
        for command in (['false'], ['no-such-program-of-ours'], ['sh', '-c', 'echo said >&2'], ['sh', '-c', 'kill -9 $$']):
            with self.assertRaises(tools.Failed, msg=command):
                self.tools.cost(command)

    def test_time_and_memory_are_the_commands_own(self):
        cost = self.tools.cost([sys.executable, '-c', 'import time; x = bytearray(64 << 20); time.sleep(0.2)'])
        self.assertGreater(cost['wall_ns'], 200_000_000)
        self.assertGreater(cost['maxrss_kib'], 64 << 10)
        self.assertLess(self.tools.cost(['true'])['maxrss_kib'], 10 << 10)

    def test_requests_are_read_from_a_trace(self):
        trace = ('12 sendto(3, [{nlmsg_len=40}], 40) = 40\n'
                 ' | 00000  28 00 00 00 14 00 01 03  40 e2 01 00 00 00 00 00  (.......@....... |\n'
                 ' | 00010  01 00 00 00 80 04 00 00  00 00 00 00 15 00 00 00  ................ |\n'
                 ' | 00020  00 00 00 00 00 00 00 00                           ........         |\n')
        message, = tools.messages_of(trace)
        self.assertEqual(len(message), 40)
        self.assertTrue(tools.is_dump(message))
        self.assertEqual(tools.without_sequence(message)[8:16], bytes(8))


def lack():
    """What keeps an ordinary user from measuring; root is expected to have everything."""
    if os.geteuid() == 0:
        return None
    if not shutil.which('strace'):
        return 'strace is not here'
    tried = ['unshare', '--user', '--map-root-user', '--net', '--pid', '--mount', '--fork', '--mount-proc', 'true']
    return None if subprocess.run(tried).returncode == 0 else 'user namespaces are not permitted'


if __name__ == '__main__':
    if reason := lack():
        print(f'skipped: {reason}')
        sys.exit(77)
    unittest.main()
