#!/usr/bin/env python3
"""Keeps README.md and man/skq.8 true: their commands run, their options are the program's, their links lead somewhere.

A ```sh block of README.md is run line by line where a line begins with `skq `; the comment `# exits with N` at its end
states an exit code other than 0. In the man page every `.Dl skq …` is run.

The environment names the checkout (SKQ_ROOT) and the program (SKQ).
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT, SKQ = Path(os.environ['SKQ_ROOT']), Path(os.environ['SKQ'])
README = (ROOT / 'README.md').read_text()
MANUAL = (ROOT / 'man/skq.8').read_text()


def readme_commands():
    """(command, expected exit code) of each runnable line; a line that ends in a backslash goes on in the next."""
    for block in re.findall(r'^```sh\n(.*?)^```', README, re.S | re.M):
        for line in block.replace('\\\n', ' ').splitlines():
            if line.startswith('skq '):
                stated = re.search(r'# exits with (\d+)', line)
                yield line, int(stated[1]) if stated else 0


def manual_commands():
    for line in re.findall(r'^\.Dl (skq\b.*)', MANUAL, re.M):
        yield line.replace(r'\(dq', '"').replace(r'\-', '-').replace(r'\&', '').replace(r'\e', '\\'), 0


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
                          stdin=subprocess.DEVNULL, timeout=60, check=False, **options)


class Commands(unittest.TestCase):
    def check(self, commands):
        commands = list(commands)
        self.assertTrue(commands)
        for command, expected in commands:
            with self.subTest(command), tempfile.TemporaryDirectory() as folder:
                os.symlink(SKQ, Path(folder) / 'skq')
                done = run(['bash', '-o', 'pipefail', '-c', command], cwd=folder,
                           env={**os.environ, 'PATH': f'{folder}:{os.environ["PATH"]}'})
                self.assertEqual(done.returncode, expected, done.stdout)

    def test_readme(self):
        self.check(readme_commands())

    def test_manual(self):
        self.check(manual_commands())


def options_of_manual():
    """A set of spellings (-a, --all and perhaps an alias) for each item of OPTIONS."""
    section = MANUAL.split('.Sh OPTIONS')[1].split('.Sh ')[0]
    items = []
    for line in re.findall(r'^\.It (.*)', section, re.M):
        spellings = [flag.replace('\\-', '-') for flag in re.findall(r'Fl ((?:\\-)?[\w\\-]+)', line)]
        items.append({'-' + spelling for spelling in spellings})
    return items


def options_of_help(text):
    """The same for each line of --help that begins with an option; the explanation begins after two blanks or at a new word."""
    lines = [re.match(r'\s+((?:-\w|--[\w-]+)(?:, --[\w-]+)*)', line) for line in text.splitlines()]
    return [set(line[1].split(', ')) for line in lines if line]


class Options(unittest.TestCase):
    def test_help_and_manual_have_the_same(self):
        topics = ['--help'] + [f'--help={command}' for command in ('why', 'record', 'diff', 'check')]
        helped = [option for topic in topics for option in options_of_help(run([SKQ, topic]).stdout)]
        told = options_of_manual()
        self.assertGreater(len(helped), 30, 'options were not recognised in --help')
        for option in helped:
            self.assertTrue(any(option <= item for item in told), f'{option} is not in the man page')
        for item in told:
            self.assertTrue(any(option <= item for option in helped), f'{item} is not in --help')

    def test_columns_of_manual_are_those_of_the_catalogue(self):
        done = run([SKQ, '--list-columns=json'])
        names = re.findall(r'"name":\s*"(\w+)"', done.stdout)
        self.assertGreater(len(names), 60)
        section = MANUAL.split('BEGIN GENERATED COLUMNS')[1].split('END GENERATED COLUMNS')[0]
        for name in names:
            self.assertRegex(section, rf'\b{name}\b')

    def test_kinds_of_gaps_of_manual_are_those_of_the_program(self):
        section = MANUAL.split('.Ss Incomplete answers')[1].split('.Sh ')[0]
        told = re.findall(r'^\.It Cm (\w+)', section, re.M)
        kinds = re.findall(r'^skq_gaps\{kind="(\w+)"\}', run([SKQ, '--format=prom']).stdout, re.M)
        self.assertGreater(len(kinds), 5)
        self.assertEqual(sorted(told), sorted(kinds))
        metric = MANUAL.split('.It Cm skq_gaps')[1].split('.It ')[0]
        self.assertEqual([kind for kind in kinds if not re.search(rf'\b{kind}\b', metric)], [])

    def test_readme_names_only_columns_that_exist(self):
        names = set(re.findall(r'"name":\s*"(\w+)"', run([SKQ, '--list-columns=json']).stdout))
        for name in re.findall(r'`((?:send|recv|accept|peer|payload|rmem|wmem)_\w+)`', README):
            self.assertIn(name, names)


class Generated(unittest.TestCase):
    def test_committed_texts_are_what_the_program_generates(self):
        done = run([ROOT / 'packaging/regenerate', '--check', SKQ])
        self.assertEqual(done.returncode, 0, done.stdout)


class Manual(unittest.TestCase):
    @unittest.skipUnless(shutil.which('mandoc'), 'mandoc is not installed')
    def test_mandoc_finds_nothing(self):
        done = run(['mandoc', '-Tlint', '-W', 'warning', ROOT / 'man/skq.8'])
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    @unittest.skipUnless(shutil.which('lexgrog'), 'lexgrog is not installed')
    def test_whatis_can_read_the_name(self):
        self.assertIn('skq - ', run(['lexgrog', ROOT / 'man/skq.8']).stdout)


    # What is said of an option stands with it, and nowhere else a second time: one of two is forgotten when it changes.
    def test_what_options_say_is_said_once(self):
        options = runs_of_words('OPTIONS')
        self.assertGreater(len(options), 500)
        for section in ('RECORD', 'RECORDINGS', 'DIFF', 'CHECK', 'METRICS', 'WATCHING'):
            self.assertEqual(runs_of_words(section) & options, set(), section)


def runs_of_words(section, length=8):
    """Each run of so many words of the section of the manual that no other macro than one of the text parts."""
    text = MANUAL.split(f'\n.Sh {section}\n')[1].split('\n.Sh ')[0]
    runs = set()
    for paragraph in re.split(r'^\.(?:Ss|It|Bl|El|Dl|Pp|Bd|Ed|\\").*$', text, flags=re.M):
        words = re.findall(r"[\w':-]+", re.sub(r'^\.\w+ |\b(?:Fl|Ar|Cm|Ns|Ql|Pa|Dv|Nm|Li|No|Sx)\b|\\', ' ', paragraph, flags=re.M))
        runs.update(' '.join(words[at:at + length]) for at in range(len(words) - length + 1))
    return runs


class Links(unittest.TestCase):
    def test_files_named_in_documents_exist(self):
        for document in ('README.md', 'CONTRIBUTING.md'):
            text = (ROOT / document).read_text()
            names = re.findall(r'\]\((?!https?:|#)([^)#]+)', text)
            names += re.findall(r'`((?:src|include|tests|packaging|man|cmake|\.ci)/[\w./-]*)`', text)
            self.assertTrue(names)
            for name in names:
                with self.subTest(f'{document}: {name}'):
                    self.assertTrue((ROOT / name).exists())

    def test_presets_named_in_contributing_exist(self):
        presets = set(re.findall(r'"name": "([\w-]+)"', (ROOT / 'CMakePresets.json').read_text()))
        section = (ROOT / 'CONTRIBUTING.md').read_text().split('## Presets')[1].split('\n## ')[0]
        named = {name for row in re.findall(r'^\| (`.*?) \|', section, re.M) for name in re.findall(r'`([\w-]+)`', row)}
        self.assertEqual(named, presets - {'base'})


if __name__ == '__main__':
    unittest.main()
