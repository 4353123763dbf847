#!/usr/bin/env python3
"""packaging/quickstart against stubs of the package managers and build tools: what it installs, says and passes on."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ['SKQ_ROOT'])
TOOLS = ('sh', 'bash', 'dirname', 'cat', 'grep', 'sort', 'tr', 'tail', 'sed', 'mkdir', 'rm', 'cksum', 'cut', 'env',
         'chmod', 'touch', 'nproc')
LISTED = 'echo "$(basename "$0") $*" >> "$CALLS"\n'
# A dpkg-query and an rpm that know the packages in $INSTALLED.
DPKG_QUERY = 'for last; do :; done; case " $INSTALLED " in *" $last "*) echo installed ;; *) exit 1 ;; esac\n'
RPM = 'for last; do :; done; case " $INSTALLED " in *" $last "*) ;; *) exit 1 ;; esac\n'
CMAKE = LISTED + '''
case $* in
  *--build*) printf '#!/bin/sh\\necho "out: $*"\\nexit 7\\n' > "$BUILD/src/skq"; chmod +x "$BUILD/src/skq"; touch "$BUILD/built" ;;
  *-S*) mkdir -p "$BUILD/src"; touch "$BUILD/build.ninja"
        printf 'CMAKE_HOME_DIRECTORY:INTERNAL=%s\\nBUILD_TESTING:BOOL=%s\\n' "$TREE" "${*##*BUILD_TESTING=}" > "$BUILD/CMakeCache.txt" ;;
esac
'''
NINJA = '[ -e "$BUILD/built" ] && echo "ninja: no work to do."; exit 0\n'
RUN_DEBIAN = 'g++ cmake ninja-build pkg-config libmnl-dev libzstd-dev libfmt-dev libspdlog-dev'
RUN_FEDORA = 'gcc-c++ cmake ninja-build pkgconf-pkg-config libmnl-devel libzstd-devel fmt-devel spdlog-devel'


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='a folder ')
        base = Path(self.folder.name)
        self.bin, self.tree, self.calls = base / 'bin', base / 'the tree', base / 'calls'
        (self.tree / 'packaging').mkdir(parents=True)
        self.bin.mkdir()
        self.calls.touch()
        shutil.copy(ROOT / 'packaging/quickstart', self.tree / 'packaging/quickstart')
        self.build = self.tree / 'build/quickstart'
        for tool in (*TOOLS, 'basename'):
            os.symlink(shutil.which(tool), self.bin / tool)
        self.stub('cmake', CMAKE)
        self.stub('ninja', NINJA)
        self.stub('ctest', LISTED + 'exit 8\n')
        self.stub('id', 'echo 0\n')

    def tearDown(self):
        self.folder.cleanup()

    def stub(self, name, text):
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text('#!/bin/sh\n' + text)
        path.chmod(0o755)

    def debian(self, apt=LISTED):
        self.stub('dpkg-query', DPKG_QUERY)
        self.stub('apt-get', apt)

    def fedora(self):
        self.stub('rpm', RPM)
        self.stub('dnf', LISTED)

    def run_it(self, *arguments, installed='', **environment):
        environment = {'PATH': str(self.bin), 'HOME': self.folder.name, 'CALLS': str(self.calls),
                       'TREE': str(self.tree), 'BUILD': str(self.build), 'INSTALLED': installed, **environment}
        return subprocess.run([str(self.tree / 'packaging/quickstart'), *arguments], env=environment, text=True,
                              capture_output=True, cwd='/', check=False)

    def test_installs_only_what_is_missing_and_nothing_for_tests(self):
        self.debian()
        done = self.run_it('run', '-x', 'a b', installed=RUN_DEBIAN.replace('libfmt-dev', '').replace('cmake', ''))
        self.assertEqual((done.returncode, done.stdout), (7, 'out: -x a b\n'), done.stderr)
        calls = self.calls.read_text()
        self.assertRegex(calls, r'apt-get .*update\napt-get .*install cmake libfmt-dev\n')
        self.assertIn('skq: installing 2 package(s): cmake libfmt-dev\n', done.stderr)
        self.assertIn('BUILD_TESTING=OFF', calls)

    def test_everything_there_means_no_apt(self):
        self.debian()
        self.run_it('run', installed=RUN_DEBIAN)
        self.assertNotIn('apt-get', self.calls.read_text())

    def test_second_run_says_nothing(self):
        self.debian()
        self.run_it('run', installed=RUN_DEBIAN)
        before = self.calls.read_text()
        done = self.run_it('run', installed=RUN_DEBIAN)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, 'out: \n', ''))
        self.assertEqual(self.calls.read_text(), before)

    def test_fedora(self):
        self.fedora()
        done = self.run_it('run', installed=RUN_FEDORA.replace('fmt-devel', ''))
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertRegex(self.calls.read_text(), r'dnf .*install fmt-devel\n')

    def test_sudo_when_not_root(self):
        self.debian()
        self.stub('id', 'echo 1000\n')
        self.stub('sudo', LISTED + '"$@"\n')
        self.run_it('run', installed=RUN_DEBIAN.replace('libmnl-dev', ''))
        self.assertIn('sudo apt-get -q update\n', self.calls.read_text())

    def test_neither_root_nor_sudo(self):
        self.debian()
        self.stub('id', 'echo 1000\n')
        done = self.run_it('run')
        self.assertEqual(done.returncode, 1)
        self.assertIn('as root, install: cmake g++', done.stderr)

    def test_elsewhere_names_what_is_needed_and_stops(self):
        done = self.run_it('test')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, 'neither apt nor dnf .*libgtest-dev.*libmnl-dev')
        self.assertEqual(self.calls.read_text(), '')

    def test_failure_shows_the_log(self):
        self.debian(apt=LISTED + 'case $* in *install*) echo "E: no such package"; exit 100 ;; esac\n')
        done = self.run_it('run')
        self.assertEqual(done.returncode, 1)
        self.assertIn('apt-get install failed (exit 100)', done.stderr)
        self.assertIn('E: no such package', done.stderr)
        self.assertNotIn('cmake -S', self.calls.read_text())

    def test_test_installs_more_and_gives_the_exit_code_of_ctest(self):
        self.debian()
        done = self.run_it('test', installed=RUN_DEBIAN)
        self.assertEqual(done.returncode, 8, done.stderr)
        calls = self.calls.read_text()
        self.assertRegex(calls, r'apt-get .*install .*libgmock-dev .*zsh\n')
        self.assertIn('BUILD_TESTING=ON', calls)
        self.assertIn('--output-on-failure', calls)

    def test_run_then_test_configures_again_then_run_does_not(self):
        self.debian()
        self.run_it('run', installed=RUN_DEBIAN)
        self.run_it('test', installed=RUN_DEBIAN)
        before = self.calls.read_text()
        self.assertEqual(before.count('cmake -S'), 2)
        self.run_it('run', installed=RUN_DEBIAN)
        self.assertEqual(self.calls.read_text(), before)

    def test_copied_tree_forgets_the_old_build(self):
        self.debian()
        self.run_it('run', installed=RUN_DEBIAN)
        (self.build / 'CMakeCache.txt').write_text('CMAKE_HOME_DIRECTORY:INTERNAL=/elsewhere\n')
        self.run_it('run', installed=RUN_DEBIAN)
        self.assertEqual(self.calls.read_text().count('cmake -S'), 2)

    def test_unwritable_checkout_builds_in_the_cache(self):
        self.debian()
        (self.tree / 'build').write_text('in the way')
        cache = Path(self.folder.name) / '.cache/skq'
        done = self.run_it('run', installed=RUN_DEBIAN, BUILD=str(cache / 'x'))
        self.assertIn(f'skq: building in {cache}/', done.stderr)

    def test_usage(self):
        for arguments in ((), ('fly',), ('packages',), ('packages', 'fly')):
            with self.subTest(arguments):
                done = self.run_it(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ''))
                self.assertIn('packaging/quickstart run', done.stderr)


if __name__ == '__main__':
    unittest.main()
