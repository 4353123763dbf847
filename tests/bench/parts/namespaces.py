"""What many network namespaces cost: --all-netns over N of them with sockets, and the same list in one namespace that has as many
sockets as they have together. --all-netns sees both, so twice the rows: the ratio is one of CPU for a row."""
from statistics import median

from cases import HIDDEN
from tools import Failed, Holders

COMMANDS = {'-ta': ('tcp', '-tan'), '-xa': ('unix', '-xa')}


def measure_one(tools, phase, name):
    family, letters = COMMANDS[name]
    count, each = phase['namespaces'], max(3, phase['sockets'] // phase['namespaces'])
    here = Holders(tools, family, each * count)
    there = Holders(tools, family, each, count)
    try:
        commands = {'one': [tools.skq, letters], 'all': [tools.skq, '--all-netns', letters]}
        expected = {'one': each * count, 'all': 2 * each * count}
        for who, command in commands.items():
            rows = tools.cost(command, count=True, remark=HIDDEN)['lines'] - 1
            if rows != expected[who]:
                raise Failed(f'{" ".join(command)} shows {rows} rows, not {expected[who]}')
        costs = {who: [] for who in commands}
        for _ in range(phase['rounds']):
            for who, command in commands.items():
                costs[who].append(tools.cost(command, remark=HIDDEN))
    finally:
        there.close()
        here.close()
    cpu = {who: [cost['cpu_us'] for cost in runs] for who, runs in costs.items()}
    wall = {who: median(cost['wall_ns'] for cost in runs) / 1e6 for who, runs in costs.items()}
    return {'name': f'--all-netns {letters}', 'namespaces': count, 'rows_one': expected['one'], 'rows_all': expected['all'],
            'cpu_ms_one': median(cpu['one']) / 1e3, 'cpu_ms_all': median(cpu['all']) / 1e3, 'wall_ms_one': wall['one'],
            'wall_ms_all': wall['all'],
            'cpu_per_row': median(above / 2 / max(below, 1) for above, below in zip(cpu['all'], cpu['one'])),
            'us_per_namespace': median((above - 2 * below) / count for above, below in zip(cpu['all'], cpu['one'])),
            'peak_kib_all': max(cost['maxrss_kib'] for cost in costs['all'])}


def measure(tools, phase):
    return {'namespaces': [measure_one(tools, phase, name) for name in COMMANDS]}
