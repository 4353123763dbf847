#!/usr/bin/env python3
"""Plants one violation at a time in a small tree and expects layering.py to find it, and nothing else."""

import tempfile
import unittest
from pathlib import Path

import layering

TABLE = '''
| room | holds | public headers | may use |
| --- | --- | --- | --- |
| `base` | units | `types.h` | |
| `model` | data | `socket.h` | `base` |
| `kernel` | netlink | | `model` |
| `fields` | catalogue | `fields.h` | `model` |
| `cli` | argv | | all |
'''
SOUND = {
    'CONTRIBUTING.md': TABLE,
    'include/skq/types.h': '#include <cstdint>\n',
    'include/skq/socket.h': '#include "skq/types.h"\n',
    'include/skq/fields.h': '#include "skq/socket.h"\n',
    'src/base/fd.h': '#include <unistd.h>\n',
    'src/model/names.h': '',
    'src/model/names.cpp': '#include "names.h"\n#include "skq/socket.h"\n#include "skq/types.h"\n',
    'src/kernel/netlink.cpp': '#include <libmnl/libmnl.h>\n#include <linux/sock_diag.h>\n#include "base/fd.h"\n',
    'src/kernel/CMakeLists.txt': 'skq_room(kernel SOURCES netlink.cpp USES model base LIBRARIES PkgConfig::MNL)\n',
    'src/fields/unix.cpp': '#include <fmt/format.h>\n#include "model/names.h"\n',
    'src/cli/help.cpp': '#include <unistd.h>\n#include "kernel/proc.h"\nauto x = isatty(1);\n',
    'src/main.cpp': '#include "cli/run.h"\n#include "skq/fields.h"\n',
}


class Layering(unittest.TestCase):
    def findings(self, **changed):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {**SOUND, **changed.get('files', {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return [f'{path}:{number}: {problem}' for path, number, problem in layering.findings(root)]

    def expect(self, name, text, finding):
        self.assertEqual(self.findings(files={name: text}), [finding])

    def test_sound_tree(self):
        self.assertEqual(self.findings(), [])

    def test_private_header_of_a_later_room(self):
        self.expect('src/model/names.h', '\n#include "fields/unix.h"\n',
                    'src/model/names.h:2: model may not use fields (fields/unix.h)')

    def test_public_header_of_a_later_room(self):
        self.expect('src/kernel/proc.cpp', '#include "skq/fields.h"\n',
                    'src/kernel/proc.cpp:1: kernel may not use fields (skq/fields.h)')

    def test_public_header_upwards(self):
        self.expect('include/skq/types.h', '#include <skq/socket.h>\n',
                    'include/skq/types.h:1: base may not use model (skq/socket.h)')

    def test_nobody_uses_cli(self):
        self.expect('src/fields/unix.cpp', '#include "cli/options.h"\n',
                    'src/fields/unix.cpp:1: fields may not use cli (cli/options.h)')

    def test_kernel_header_outside_kernel(self):
        self.expect('src/fields/unix.cpp', '#include <linux/tcp.h>\n',
                    'src/fields/unix.cpp:1: <linux/tcp.h> outside kernel')

    def test_libmnl_has_one_user(self):
        self.expect('src/kernel/unix.cpp', '#include <libmnl/libmnl.h>\n',
                    'src/kernel/unix.cpp:1: <libmnl/libmnl.h> outside kernel/netlink*')

    def test_system_calls(self):
        self.expect('src/fields/unix.cpp', '#include <sys/socket.h>\n',
                    'src/fields/unix.cpp:1: <sys/socket.h> outside kernel and cli')

    def test_environment(self):
        self.expect('src/fields/unix.cpp', 'auto x = std::getenv("TERM");\n',
                    'src/fields/unix.cpp:1: only cli reads the environment and the terminal')

    def test_public_header_shows_no_library(self):
        self.expect('include/skq/fields.h', '#include <fmt/format.h>\n',
                    'include/skq/fields.h:1: a public header includes <fmt/format.h>')

    def test_header_without_a_room(self):
        self.expect('include/skq/extra.h', '', 'include/skq/extra.h:1: has no room in CONTRIBUTING.md')

    def test_folder_that_is_no_room(self):
        self.expect('src/utils/x.h', '', 'src/utils:1: is no room of CONTRIBUTING.md')

    def test_forbidden_link(self):
        self.expect('src/kernel/CMakeLists.txt', 'skq_room(kernel SOURCES a.cpp USES fields)\n',
                    'src/kernel/CMakeLists.txt:1: kernel may not link fields')

    def test_long_file(self):
        self.expect('src/fields/unix.cpp', '\n' * 400, 'src/fields/unix.cpp:1: 400 lines, the limit is 400')

    def test_main_uses_cli_only(self):
        self.expect('src/main.cpp', '#include "kernel/proc.h"\n',
                    'src/main.cpp:1: main uses cli and the public headers only (kernel/proc.h)')

    def test_missing_table(self):
        self.assertTrue(any('room table' in finding for finding in self.findings(files={'CONTRIBUTING.md': ''})))


if __name__ == '__main__':
    unittest.main()
