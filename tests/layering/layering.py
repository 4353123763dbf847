#!/usr/bin/env python3
"""Reads every #include of a source tree and prints those that the room table of CONTRIBUTING.md forbids.

usage: layering.py ROOT      exit code 1 when there is a finding
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROW = re.compile(r'^\| `(\w+)` \|[^|]*\|([^|]*)\|([^|]*)\|$')
ROOM_CALL = re.compile(r'skq_room\(\s*(\w+)\s(.*?)\)', re.S)

KERNEL_HEADERS = re.compile(r'^(linux|asm|asm-generic)/')
SYSTEM_CALLS = re.compile(
    r'^(sys/(?!types\.h).*|net/if\.h|(unistd|fcntl|dirent|sched|poll|netdb|pwd|grp|ifaddrs|signal|syscall)\.h)$')
ENVIRONMENT = re.compile(r'\b(secure_)?getenv\s*\(|\bisatty\s*\(|\benviron\b')
PUBLIC_FORBIDS = re.compile(r'^(fmt|spdlog|libmnl|linux|asm|sys|net|netinet|arpa)/')
MAX_LINES, MAX_MAIN_LINES = 400, 60


class Rooms:
    """The table: which public header belongs to which room, and what each room may use."""

    def __init__(self, contributing):
        self.uses, self.home = {}, {}
        for line in contributing.splitlines():
            if row := ROW.match(line):
                room, headers, uses = row.groups()
                self.uses[room] = None if uses.strip() == 'all' else re.findall(r'`(\w+)`', uses)
                for header in re.findall(r'`(\w+\.h)`', headers):
                    self.home[f'skq/{header}'] = room

    def allowed(self, room):
        if self.uses[room] is None:
            return set(self.uses)
        return {room}.union(*(self.allowed(used) for used in self.uses[room]))


def check_room_include(rooms, room, target, exists):
    """What is wrong with an include of our own, or None."""
    if target.startswith('skq/'):
        home = rooms.home.get(target)
        if home is None:
            return f'{target} has no room in CONTRIBUTING.md'
    elif '/' in target:
        home = target.split('/')[0]
        if home not in rooms.uses:
            return f'{target} is in no room' if target.startswith('.') else None
    else:
        return None if exists else f'{target} is not in this folder; write room/{target}'
    if home not in rooms.allowed(room):
        return f'{room} may not use {home} ({target})'
    return None


def check_system_include(room, stem, target):
    if KERNEL_HEADERS.match(target) and room != 'kernel':
        return f'<{target}> outside kernel'
    if target.startswith('libmnl/') and not (room == 'kernel' and stem.startswith('netlink')):
        return f'<{target}> outside kernel/netlink*'
    if SYSTEM_CALLS.match(target) and room not in ('kernel', 'cli'):
        if not (room == 'base' and target in ('unistd.h', 'fcntl.h')):
            return f'<{target}> outside kernel and cli'
    return None


def check_file(rooms, room, path, public):
    text = path.read_text()
    lines = text.splitlines()
    if len(lines) >= MAX_LINES:
        yield 1, f'{len(lines)} lines, the limit is {MAX_LINES}'
    for number, line in enumerate(lines, 1):
        code = line.split('//')[0]
        if room != 'cli' and ENVIRONMENT.search(code):
            yield number, 'only cli reads the environment and the terminal'
        if not (found := INCLUDE.match(line)):
            continue
        quote, target = found.groups()
        if public and PUBLIC_FORBIDS.match(target):
            problem = f'a public header includes <{target}>'
        elif quote == '"' or target.split('/')[0] in rooms.uses or target.startswith('skq/'):
            problem = check_room_include(rooms, room, target, (path.parent / target).exists())
        else:
            problem = check_system_include(room, path.stem, target)
        if problem:
            yield number, problem


def check_main(rooms, path):
    lines = path.read_text().splitlines()
    if len(lines) >= MAX_MAIN_LINES:
        yield 1, f'{len(lines)} lines, the limit is {MAX_MAIN_LINES}'
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found and found[1] == '"' and not found[2].startswith(('cli/', 'skq/')):
            yield number, f'main uses cli and the public headers only ({found[2]})'


def check_links(rooms, path):
    """The rooms that a room's CMake library links must be allowed too."""
    for name, arguments in ROOM_CALL.findall(path.read_text()):
        if found := re.search(r'\bUSES\b([\s\w]*?)(?:\b[A-Z]{3,}\b|$)', arguments):
            for used in found[1].split():
                if used not in rooms.allowed(name):
                    yield 1, f'{name} may not link {used}'


def findings(root):
    rooms = Rooms((root / 'CONTRIBUTING.md').read_text())
    if not rooms.uses:
        yield 'CONTRIBUTING.md', 1, 'the room table is not found'
    jobs = []
    for header in sorted((root / 'include/skq').glob('*.h')):
        home = rooms.home.get(f'skq/{header.name}')
        if home is None:
            yield header.relative_to(root), 1, 'has no room in CONTRIBUTING.md'
        else:
            jobs.append((header, check_file(rooms, home, header, True)))
    for folder in sorted(path for path in (root / 'src').iterdir() if path.is_dir()):
        if folder.name not in rooms.uses:
            yield folder.relative_to(root), 1, 'is no room of CONTRIBUTING.md'
            continue
        for path in sorted(folder.rglob('*')):
            if path.suffix in ('.h', '.cpp'):
                jobs.append((path, check_file(rooms, folder.name, path, False)))
            elif path.name == 'CMakeLists.txt':
                jobs.append((path, check_links(rooms, path)))
    main = root / 'src/main.cpp'
    if main.exists():
        jobs.append((main, check_main(rooms, main)))
    for path, problems in jobs:
        for number, problem in problems:
            yield path.relative_to(root), number, problem


def main():
    found = list(findings(Path(sys.argv[1])))
    for path, number, problem in found:
        print(f'{path}:{number}: {problem}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
