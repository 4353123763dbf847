#!/usr/bin/env python3
"""Installs a build into an empty prefix; builds and runs a program that knows nothing but that prefix.

The environment names the build (SKQ_BUILD), cmake (CMAKE), the compiler (CXX) and its extra flags (SKQ_FLAGS).
"""

import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
BUILD, CMAKE, CXX = os.environ['SKQ_BUILD'], os.environ['CMAKE'], os.environ['CXX']
FLAGS = os.environ.get('SKQ_FLAGS', '').split()


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        raise AssertionError(f'{" ".join(command)} failed ({done.returncode}):\n{done.stdout}')
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = Path(cls.folder.name) / 'prefix'
        run(CMAKE, '--install', BUILD, '--prefix', str(cls.prefix))
        cls.library = next(cls.prefix.rglob('skq.pc')).parent.parent

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_everything_is_where_it_belongs(self):
        for name in ('bin/skq', 'share/man/man8/skq.8', 'share/bash-completion/completions/skq',
                     'share/zsh/vendor-completions/_skq', 'share/fish/vendor_completions.d/skq.fish',
                     'share/doc/skq/LICENSE', 'include/skq/socket.h', 'lib/systemd/system/skq-record.service',
                     'lib/systemd/system/skq-record.timer', 'share/doc/skq/examples/cron.d-skq',
                     'share/doc/skq/examples/logrotate-skq-jsonl'):
            with self.subTest(name):
                self.assertTrue(list(self.prefix.glob(name)), f'{name} is not installed')
        self.assertIn('skq', run(str(self.prefix / 'bin/skq'), '--version'))

    def test_each_public_header_compiles_alone(self):
        headers = sorted((self.prefix / 'include/skq').glob('*.h'))
        self.assertEqual([header.name for header in headers],
                         sorted(header.name for header in (HERE.parents[1] / 'include/skq').glob('*.h')))
        for header in headers:
            with self.subTest(header.name):
                run(CXX, '-std=c++20', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-x', 'c++',
                    f'-I{self.prefix}/include', '-include', f'skq/{header.name}', '/dev/null')

    def check_runs(self, program):
        ends = socket.socketpair()
        ends[0].send(b'unread')
        fills = [float(line) for line in run(str(program)).split()]
        self.assertTrue(any(fill > 0 for fill in fills), fills)
        for end in ends:
            end.close()

    def test_find_package(self):
        build = Path(self.folder.name) / 'outside'
        run(CMAKE, '-G', 'Ninja', '-S', str(HERE / 'outside'), '-B', str(build), f'-DCMAKE_PREFIX_PATH={self.prefix}',
            f'-DCMAKE_CXX_COMPILER={CXX}', f'-DCMAKE_CXX_FLAGS={" ".join(FLAGS)}')
        run(CMAKE, '--build', str(build))
        self.check_runs(build / 'outside')

    def test_pkg_config(self):
        paths = f'{self.library}/pkgconfig:{os.environ.get("PKG_CONFIG_PATH", "")}'
        flags = run('pkg-config', '--cflags', '--libs', 'skq',
                    env={**os.environ, 'PKG_CONFIG_PATH': paths}).split()
        program = Path(self.folder.name) / 'outside-by-pkg-config'
        run(CXX, '-std=c++20', *FLAGS, str(HERE / 'outside/outside.cpp'), '-o', str(program), *flags,
            f'-Wl,-rpath,{self.library}')
        self.check_runs(program)


if __name__ == '__main__':
    unittest.main()
