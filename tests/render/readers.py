#!/usr/bin/env python3
"""Reads skq's output with python's own json and csv modules and with jq, and compares it with what was rendered.

usage: readers.py FORMAT OUTPUT EXPECTED

EXPECTED has a line for each row, a tab between cells, each cell KIND:VALUE with texts as the hex of their bytes.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys

NAMES = ['path', 'count', 'fill', 'flag', 'owners', 'pending', 'comm']
ESCAPE = re.compile(r'\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))')


def as_text(hexed):
    return bytes.fromhex(hexed).decode('utf-8', 'replace')


def expected_cell(cell, text):
    """The value a cell should have; `text` says what a reader makes of the hex of a text's bytes."""
    kind, value = cell.split(':', 1)
    if kind == 'owners':
        owners = [owner.split('/') for owner in value.split(',') if owner]
        return [{'pid': int(pid), 'comm': text(comm), 'fd': int(fd)} for pid, comm, fd in owners]
    if kind == 'inodes':
        return [int(inode) for inode in value.split(',') if inode]
    readers = {'null': lambda _: None, 'text': text, 'int': int, 'num': float, 'bool': lambda v: v == 'true'}
    return readers[kind](value)


def same(got, want):
    if isinstance(want, float):
        return not isinstance(got, bool) and abs(got - want) <= 0.005001
    return type(got) is type(want) and got == want


def compare(rows, wanted):
    assert len(rows) == len(wanted), f'{len(rows)} rows, not {len(wanted)}'
    for number, (row, want) in enumerate(zip(rows, wanted)):
        assert list(row) == NAMES, f'row {number} has {list(row)}'
        for name, value in zip(NAMES, want):
            assert same(row[name], value), f'row {number} {name}: {row[name]!r}, not {value!r}'


def jq(*arguments, file):
    """None where there is no jq."""
    if shutil.which('jq') is None:
        return None
    return subprocess.run(['jq', *arguments, file], check=True, capture_output=True).stdout.decode('utf-8')


def without_prefix(row):
    assert list(row)[:2] == ['ts', 'host'] and row.pop('ts') == 1795244889 and row.pop('host') == 'web1'
    return row


def beyond_doubles(row):
    """jq 1.6 keeps numbers as doubles."""
    return {**row, 'count': float(row['count'])}


def read_json(data, file, wanted):
    rows = json.loads(data.decode('utf-8'))['sockets']
    compare(rows, wanted)
    if (text := jq('-c', '.sockets[]', file=file)) is not None:
        again = [json.loads(line) for line in text.rstrip('\n').split('\n')]
        assert [beyond_doubles(row) for row in again] == [beyond_doubles(row) for row in rows], 'jq reads other values'
        assert jq('.skq.complete', file=file) == 'true\n'


def read_jsonl(data, file, wanted):
    lines = data.decode('utf-8').split('\n')
    assert lines.pop() == ''
    rows = [without_prefix(json.loads(line)) for line in lines]
    compare(rows, wanted)
    if (text := jq('-c', 'del(.ts, .host)', file=file)) is not None:
        again = [json.loads(line) for line in text.rstrip('\n').split('\n')]
        assert [beyond_doubles(row) for row in again] == [beyond_doubles(row) for row in rows], 'jq reads other values'


def read_csv(data, _file, wanted):
    header, *lines = csv.reader(io.StringIO(data.decode('utf-8'), newline=''), strict=True)
    assert header == NAMES
    assert data.endswith(b'\r\n')
    rows = []
    for line, want in zip(lines, wanted, strict=True):
        path, count, fill, flag, owners, pending, comm = line
        rows.append({'path': None if want[0] is None and path == '' else path, 'count': int(count), 'fill': float(fill),
                     'flag': {'true': True, 'false': False}[flag], 'owners': json.loads(owners),
                     'pending': json.loads(pending), 'comm': None if want[6] is None and comm == '' else comm})
    compare(rows, wanted)


def unescape(cell):
    """The hex of the bytes a raw cell stands for."""
    def one(match):
        byte, short, long, letter = match.groups()
        if byte:
            return bytes.fromhex(byte).decode('latin-1')
        if short or long:
            return chr(int(short or long, 16)).encode().decode('latin-1')
        return {'n': '\n', 't': '\t', 'r': '\r', '\\': '\\'}[letter]
    return ESCAPE.sub(one, cell.encode().decode('latin-1')).encode('latin-1').hex()


def raw_text(cell):
    return None if cell == '-' else '' if cell == '""' else unescape(cell)


def raw_owners(cell):
    owners = [] if cell == '[]' else [owner.split(',') for owner in cell.split(';')]
    return [{'pid': int(pid), 'comm': unescape(comm), 'fd': int(fd)} for pid, comm, fd in owners]


def read_raw(data, _file, wanted):
    header, *lines = data.decode('utf-8').split('\n')
    assert header.split(' ') == NAMES and lines.pop() == ''
    rows = []
    for line in lines:
        cells = line.split(' ')
        assert len(cells) == len(NAMES) and cells == line.split() and all(cells), f'not {len(NAMES)} words: {line!r}'
        path, count, fill, flag, owners, pending, comm = cells
        rows.append({'path': raw_text(path), 'count': int(count), 'fill': float(fill), 'flag': flag == 'true',
                     'owners': raw_owners(owners), 'pending': [int(i) for i in pending.strip('[]').split(',') if i],
                     'comm': raw_text(comm)})
    compare(rows, wanted)


def told(finding):
    return [finding['title'], finding['waiters'][0]['comm'], finding['culprits'][0]['detail'], finding['peer']['path']]


def read_findings(data, _file, wanted):
    """Each of the four texts of the one finding in `wanted`, in a document and in a line."""
    document, _, line = data.decode('utf-8').partition('\n\n')
    texts = [cell for row in wanted for cell in row]
    assert [told(finding) for finding in json.loads(document)['findings']] == [texts], document
    line = json.loads(line)
    assert list(line)[:2] == ['ts', 'host'] and told(line) == texts, line


def main():
    kind, output, expected = sys.argv[1:]
    with open(output, 'rb') as file:
        data = file.read()
    with open(expected, encoding='ascii') as file:
        text = (lambda hexed: hexed) if kind == 'raw' else as_text
        wanted = [[expected_cell(cell, text) for cell in line.rstrip('\n').split('\t')] for line in file]
    csv.field_size_limit(1 << 30)
    {'json': read_json, 'jsonl': read_jsonl, 'csv': read_csv, 'raw': read_raw,
     'findings': read_findings}[kind](data, output, wanted)


if __name__ == '__main__':
    main()
