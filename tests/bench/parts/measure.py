"""One phase: sockets of one family and number in a private namespace, and every case measured on them, interleaved."""
import os
import re
from statistics import median

from cases import BPF_SCAN, FAMILIES, expected_rows
from tools import Failed, Holders, TooSlow, count_of_kernel

MOVING_BYTES = 0.05  # how much the size of an output that holds times may differ between runs


class Subject:
    """A case with its commands, and what they cost in each round."""

    def __init__(self, case, tools):
        self.case = case
        self.commands = {'skq': [tools.skq, *case.skq]}
        if case.ss is not None and tools.ss:
            self.commands['ss'] = [tools.ss, *case.ss]
        self.requests = ()
        if case.floor is not None:
            self.requests = tools.requests(self.commands['skq'])
            dumps = [word for request in self.requests for word in ('--dump', request)]
            self.commands['floor'] = [tools.floor, *dumps, *case.floor]
        self.costs = {who: [] for who in self.commands}
        self.first = {}
        self.instructions = {}

    def leave_out(self, who):
        del self.commands[who], self.costs[who]


def check_count(phase):
    """That there really are as many sockets as the table will say, by the kernel's own tables."""
    if phase['family'] != 'empty' and (counted := count_of_kernel(phase['family'])) != phase['sockets']:
        raise Failed(f'/proc/net counts {counted} {phase["family"]} sockets, not {phase["sockets"]}')


def check_dump(tools, phase, subjects):
    """That the floors bring all of them, too."""
    for subject in subjects:
        if subject.case.rows == 'all' and subject.requests:
            dumped = sum(tools.floor_rows(subject.requests))
            if dumped != phase['sockets']:
                raise Failed(f'the floor of {subject.case.name} brings {dumped} sockets, not {phase["sockets"]}')


def check_first(subject, who, cost, expected):
    """The rows of the first run; ss always writes a header."""
    if who == 'floor' or expected is None:
        return
    header = 1 if who == 'ss' else subject.case.header
    rows = cost['lines'] - header
    if rows != expected:
        raise Failed(f'{who} {" ".join(subject.commands[who][1:])} shows {rows} rows, not {expected}')


def check_bytes(subject, who, cost):
    first = subject.first[who]['bytes']
    allowed = first * MOVING_BYTES if subject.case.moving else 0
    if abs(cost['bytes'] - first) > allowed:
        raise Failed(f'{who} {" ".join(subject.commands[who][1:])} wrote {cost["bytes"]} bytes, before {first}')


def try_one(tools, case, phase, listeners, told, slow_before):
    """A subject, run once to see that its rows are right. An ss that takes too long is left out, and not tried again."""
    subject = Subject(case, tools)
    for who, command in list(subject.commands.items()):
        try:
            if tuple(command) in slow_before:
                raise TooSlow(slow_before[tuple(command)])
            cost = subject.first[who] = tools.cost(command, count=True, remark=case.remark)
        except TooSlow as slow:
            if who != 'ss':
                raise
            subject.leave_out(who)
            slow_before[tuple(command)] = str(slow)
            told.append(f'{case.name} with {phase["sockets"]} sockets: {slow}')
            continue
        check_first(subject, who, cost, expected_rows(case, phase['sockets'], listeners))
    return subject


def try_each(tools, phase, listeners, told, failed):
    """The subjects that can be measured here."""
    subjects, slow_before = [], {}
    for case in FAMILIES[phase['family']]:
        if not re.search(phase['only'], case.name):
            continue
        if case.needs_bpf and (reason := lack_of_bpf(tools)):
            told.append(f'{case.name}: {reason}')
            continue
        try:
            subjects.append(try_one(tools, case, phase, listeners, told, slow_before))
        except Failed as failure:
            failed.append(f'{case.name} with {phase["sockets"]} sockets: {failure}')
    return subjects


def lack_of_bpf(tools):
    for command in ([tools.skq, '--bpf=require', '-xlp'], [tools.floor, *BPF_SCAN]):
        try:
            tools.cost(command)
        except Failed as failure:
            return str(failure)
    return None


def run_once(tools, subject, turn, of_ss):
    order = list(subject.commands)
    order = order[turn % len(order):] + order[:turn % len(order)]
    for who in order:
        command = tuple(subject.commands[who])
        cost = of_ss.get(command) or tools.cost(command, remark=subject.case.remark)
        if who == 'ss':
            of_ss[command] = cost
        check_bytes(subject, who, cost)
        subject.costs[who].append(cost)


def run_rounds(tools, subjects, rounds, failed):
    """Each round runs every command once; the three of a case follow each other, so that a ratio of the two is one of the same
    moment, and take turns at being first. What two cases ask of ss in the same words is run once a round. Returns who got to the
    end."""
    for turn in range(rounds):
        of_ss = {}
        for subject in list(subjects):
            try:
                run_once(tools, subject, turn, of_ss)
            except Failed as failure:
                failed.append(f'{subject.case.name} in round {turn + 1}: {failure}')
                subjects.remove(subject)
    return subjects


def ratios(subject, over, under, what):
    """Of each round; the same round's figures only."""
    return [above[what] / max(below[what], 1) for above, below in zip(subject.costs[over], subject.costs[under])]


def best(subject, who):
    """The shortest time of all rounds: what is left when nobody else was in the way."""
    return min(cost['wall_ns'] for cost in subject.costs[who])


def row_of(subject, phase):
    """What the reports are made of."""
    row = {'name': subject.case.name, 'family': phase['family'], 'sockets': phase['sockets'],
           'commands': {who: ' '.join([os.path.basename(command[0]), *command[1:]])
                        for who, command in subject.commands.items()},
           'requests': list(subject.requests), 'rounds': phase['rounds']}
    for who, costs in subject.costs.items():
        row[who] = {'wall_ms': median(cost['wall_ns'] for cost in costs) / 1e6,
                    'cpu_ms': median(cost['cpu_us'] for cost in costs) / 1e3,
                    'peak_kib': max(cost['maxrss_kib'] for cost in costs), 'bytes': subject.first[who]['bytes'],
                    'instructions': subject.instructions.get(who),
                    'runs': [{key: cost[key] for key in ('wall_ns', 'user_us', 'system_us', 'maxrss_kib')}
                             for cost in costs]}
    for other, over, under in (('floor', 'skq', 'floor'), ('ss', 'ss', 'skq')):
        if other in subject.costs:
            row[f'{over}/{under}'] = {'wall': median(ratios(subject, over, under, 'wall_ns')),
                                      'best': best(subject, over) / best(subject, under),
                                      'cpu': median(ratios(subject, over, under, 'cpu_us'))}
    return row


def count_instructions(tools, subjects, told):
    for subject in subjects:
        for who, command in subject.commands.items():
            subject.instructions[who] = tools.instructions(command)
            if subject.instructions[who] is None:
                told.append(f'instructions of {who}, {subject.case.name}: callgrind could not run it')


def measure(tools, phase):
    """`phase`: family, sockets, rounds, only, instructions. Runs within the private namespace."""
    told, failed = [], []
    holders = Holders(tools, phase['family'], phase['sockets']) if phase['family'] != 'empty' else None
    try:
        check_count(phase)
        subjects = try_each(tools, phase, holders.listeners if holders else 0, told, failed)
        check_dump(tools, phase, subjects)
        subjects = run_rounds(tools, subjects, phase['rounds'], failed)
        if phase['instructions']:
            count_instructions(tools, subjects, told)
    finally:
        if holders:
            holders.close()
    return {'rows': [row_of(subject, phase) for subject in subjects], 'told': told, 'failed': failed}
