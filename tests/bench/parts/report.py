"""Verdicts, and the result as text and as Markdown tables."""
from pathlib import Path

import cases

CASES = {(family, case.name): case for family, of in cases.FAMILIES.items() for case in of}
BEGIN, END = '<!-- BEGIN MEASURED -->', '<!-- END MEASURED -->'


def verdict(what, value, target, at_most):
    return {'what': what, 'value': value, 'target': target, 'at_most': at_most,
            'met': value <= target if at_most else value >= target}


def targets_of_row(row):
    case = CASES[row['family'], row['name']]
    if row['sockets'] < cases.JUDGED_FROM[row['family']]:
        return
    for other, target, at_most in (('skq/floor', case.floor_target, True), ('ss/skq', case.ss_target, False)):
        if target is not None and other in row:
            yield verdict(other, row[other]['wall'], target, at_most)
    if case.memory == 'streamed':
        yield verdict('peak MiB', row['skq']['peak_kib'] / 1024, cases.STREAMED_KIB / 1024, True)
    elif case.memory == 'table':
        most = max(cases.TABLE_KIB, row['sockets'] * cases.TABLE_BYTES_PER_ROW // 1024)
        yield verdict('peak MiB', row['skq']['peak_kib'] / 1024, most / 1024, True)


def growth(rows):
    """From each size to the next: time and memory for a row."""
    for small, large in zip(rows, rows[1:]):
        more = large['sockets'] - small['sockets']
        per_row = {who: large[who]['wall_ms'] / large['sockets'] / (small[who]['wall_ms'] / small['sockets'])
                   for who in ('skq', 'floor', 'ss') if who in large}
        memory = {who: (large[who]['peak_kib'] - small[who]['peak_kib']) * 1024 / more for who in ('skq', 'ss') if who in large}
        judged = []
        if large['sockets'] >= cases.JUDGED_FROM[large['family']]:
            judged.append(verdict('time per row', per_row['skq'], cases.TIME_PER_ROW_GROWTH, True))
        if CASES[large['family'], large['name']].memory == 'table' and large['sockets'] >= 1_000_000:
            judged.append(verdict('bytes per row', memory['skq'], cases.TABLE_BYTES_PER_ROW, True))
        yield {'name': large['name'], 'family': large['family'], 'from': small['sockets'], 'to': large['sockets'],
               'time_per_row': per_row, 'bytes_per_row': memory, 'targets': judged}


def judge(result):
    for row in result['rows']:
        row['targets'] = list(targets_of_row(row))
    result['growth'] = []
    for key in CASES:
        rows = sorted((row for row in result['rows'] if (row['family'], row['name']) == key), key=lambda row: row['sockets'])
        result['growth'] += growth([row for row in rows if row['sockets']])
    judged = [(row, one) for row in result['rows'] + result['growth'] for one in row['targets']]
    result['missed'] = [f'{where(row)} `{row["name"]}`: {said(one)}' for row, one in judged if not one['met']]
    result['met'] = len(judged) - len(result['missed'])


def where(row):
    return f'{row.get("sockets") or row.get("to") or ""} {row["family"]}'.strip()


def said(one):
    return f'{one["what"]} {one["value"]:.2f}, target {"≤" if one["at_most"] else "≥"} {one["target"]:.4g}'


def of(row, what):
    return next((one for one in row['targets'] if one['what'] == what), None)


def with_target(value, one):
    if one is None:
        return f'{value:.2f}'
    return f'{value:.2f} ({"≤" if one["at_most"] else "≥"} {one["target"]:.4g} {"met" if one["met"] else "MISSED"})'


def number(cell, digits=1):
    return '–' if cell is None else f'{cell:.{digits}f}'


HEAD = ('command', 'sockets', 'floor ms', 'ss ms', 'skq ms', 'skq / floor', 'ss / skq', 'best: skq / floor', 'ss / skq',
        'CPU: skq / floor', 'ss / skq', 'peak MiB: skq', 'ss')


def row_cells(row):
    wall = {who: row[who]['wall_ms'] if who in row else None for who in ('floor', 'ss', 'skq')}
    peak = {who: row[who]['peak_kib'] / 1024 if who in row else None for who in ('ss', 'skq')}
    return (row['name'], f'{row["sockets"]} {row["family"]}' if row['sockets'] else 'none', *(number(wall[who]) for who in wall),
            *(with_target(row[what]['wall'], of(row, what)) if what in row else '–' for what in ('skq/floor', 'ss/skq')),
            *(f'{row[what][by]:.2f}' if what in row else '–' for by in ('best', 'cpu') for what in ('skq/floor', 'ss/skq')),
            with_target(peak['skq'], of(row, 'peak MiB')), number(peak['ss']))


GROWTH_HEAD = ('command', 'from', 'to', 'time per row: skq', 'floor', 'ss', 'bytes more per row: skq', 'ss')


def growth_cells(row):
    time, memory = row['time_per_row'], row['bytes_per_row']
    return (row['name'], str(row['from']), str(row['to']), with_target(time['skq'], of(row, 'time per row')),
            *(number(time.get(who), 2) for who in ('floor', 'ss')),
            with_target(memory['skq'], of(row, 'bytes per row')) if of(row, 'bytes per row') else number(memory['skq'], 0),
            number(memory.get('ss'), 0))


INSTRUCTIONS_HEAD = ('command', 'sockets', 'floor, million', 'ss', 'skq', 'ss / skq')


def instruction_cells(row):
    counts = {who: row[who]['instructions'] / 1e6 if row.get(who, {}).get('instructions') else None
              for who in ('floor', 'ss', 'skq')}
    ratio = counts['ss'] / counts['skq'] if counts['ss'] and counts['skq'] else None
    return (row['name'], str(row['sockets']), *(number(counts[who]) for who in counts), number(ratio, 2))


NAMESPACES_HEAD = ('command', 'namespaces', 'rows', 'CPU ms, rows in one', 'CPU ms', 'CPU per row: all / one', 'µs for a namespace')


def namespace_cells(row):
    return (row['name'], str(row['namespaces']), str(row['rows_all']), f'{row["cpu_ms_one"]:.1f} ({row["rows_one"]} rows)',
            number(row['cpu_ms_all']), number(row['cpu_per_row'], 2), number(row['us_per_namespace'], 0))


def tables(result):
    """(head, rows) of every table that has rows."""
    counted = [row for row in result['rows'] if row['skq']['instructions']]
    for head, cells, rows in ((HEAD, row_cells, result['rows']), (GROWTH_HEAD, growth_cells, result['growth']),
                              (INSTRUCTIONS_HEAD, instruction_cells, counted),
                              (NAMESPACES_HEAD, namespace_cells, result['namespaces'])):
        if rows:
            yield head, [cells(row) for row in rows]


def facts_line(result):
    facts = result['machine']
    nice = f', nice {facts["nice"]}' if facts['nice'] else ''
    return (f'{facts["date"]}: {facts["cpu"]}, {facts["cpus"]} CPUs, {facts["memory_mib"]} MiB, Linux {facts["kernel"]}, as '
            f'{facts["user"]}{nice}; {facts["skq"]} ({facts["commit"]}, {facts["build_type"]}), {facts["ss"]}; load '
            f'{facts["load_at_start"]:.1f} at the start, {facts["load_at_end"]:.1f} at the end.')


def conclusion(result):
    lines = [f'{result["met"]} targets met, {len(result["missed"])} missed' + (':' if result['missed'] else '.')]
    lines += [f'- {missed}' for missed in result['missed']]
    lines += [f'- failed, and so left out: {failure}' for failure in result['failed']]
    return lines + [f'- not measured: {told}' for told in dict.fromkeys(result['told'])]


def as_text(result):
    parts = [facts_line(result)]
    for head, rows in tables(result):
        widths = [max(map(len, column)) for column in zip(head, *rows)]
        lines = ['  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in (head, *rows)]
        parts.append('\n'.join(lines))
    return '\n\n'.join([*parts, '\n'.join(conclusion(result))])


def as_markdown(result):
    parts = [facts_line(result)]
    for head, rows in tables(result):
        lines = [head, ['---'] + ['---:'] * (len(head) - 1)] + [[f'`{row[0]}`', *row[1:]] for row in rows]
        parts.append('\n'.join(f'| {" | ".join(line)} |' for line in lines))
    return '\n\n'.join([*parts, '\n'.join(conclusion(result))])


def write_markdown(result, path):
    text = as_markdown(result)
    if path == '-':
        print(text)
        return
    file = Path(path)
    whole = file.read_text(encoding='utf-8') if file.exists() else f'{BEGIN}\n{END}\n'
    before, _, rest = whole.partition(BEGIN)
    after = rest.partition(END)[2]
    file.write_text(f'{before}{BEGIN}\n{text}\n{END}{after}', encoding='utf-8')
