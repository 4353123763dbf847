#!/usr/bin/env python3
"""The dashboard, the alert rules and their tests against the metrics that the program knows: every metric that an expression names is
one of them, and so is every label that it asks for or groups by. A name planted wrongly has to be found.

The environment names the checkout (SKQ_ROOT) and the program (SKQ).
"""

import json
import os
import re
import subprocess
import unittest
from pathlib import Path

ROOT, SKQ = Path(os.environ['SKQ_ROOT']), os.environ['SKQ']
DASHBOARD = ROOT / 'packaging/fleet/grafana/skq.json'
RULES = ROOT / 'packaging/fleet/prometheus/skq.rules.yml'

# Prometheus gives every series of a target the first two.
GIVEN_LABELS = {'instance', 'job', 'alertname', 'severity'}
FOREIGN_METRICS = {'node_textfile_scrape_error': set()}


def known_metrics():
    """name: its labels."""
    lines = subprocess.run([SKQ, '--generate=metrics'], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    rows = [line.split('\t') for line in lines]
    return {name: set(labels.split()) for name, _, _, labels in rows} | FOREIGN_METRICS


def mistakes(expression, metrics):
    """What an expression names that does not exist."""
    found = []
    used = set()
    for name, selector in re.findall(r'\b((?:skq|node)_\w+)\s*(?:\{([^}]*)\})?', expression):
        if name not in metrics:
            found.append(f'{name} is no metric')
            continue
        used |= metrics[name]
        for label in re.findall(r'(\w+)\s*(?:=~|!~|!=|=)', selector):
            if label not in metrics[name] | {'instance', 'job'}:
                found.append(f'{name} has no label {label}')
    for labels in re.findall(r'\b(?:by|without|on|ignoring)\s*\(([^)]*)\)', expression):
        for label in re.findall(r'\w+', labels):
            if label not in used | {'instance', 'job'}:
                found.append(f'nothing in {expression} has a label {label}')
    if not re.search(r'\b(skq|node)_', expression):
        found.append(f'{expression} names no metric')
    return found


def expressions_of_dashboard(dashboard):
    for panel in dashboard['panels']:
        for target in panel['targets']:
            yield target['expr']
    for variable in dashboard['templating']['list']:
        if variable['type'] == 'query':
            yield re.fullmatch(r'label_values\((.*), \w+\)', variable['definition'])[1]


def expressions_of_rules(text):
    """The rules are simple YAML: an expression stands behind `expr:`, or in the indented lines below `expr: >-`."""
    for folded, line in re.findall(r'^ *expr: (?:>-\n((?: {10,}.*\n)+)|(.*)$)', text, re.M):
        yield ' '.join(folded.split()) if folded else line


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.metrics = known_metrics()
        self.assertGreater(len(self.metrics), 30)
        self.dashboard = json.loads(DASHBOARD.read_text())

    def test_names_only_what_exists(self):
        expressions = list(expressions_of_dashboard(self.dashboard))
        self.assertGreater(len(expressions), 10)
        for expression in expressions:
            self.assertEqual(mistakes(expression, self.metrics), [])

    def test_legends_name_labels_that_the_expression_keeps(self):
        for panel in self.dashboard['panels']:
            for target in panel['targets']:
                kept = re.findall(r'\bby \(([^)]*)\)', target['expr'])
                metric = re.search(r'\bskq_\w+', target['expr'])[0]
                labels = {label.strip() for label in kept[0].split(',')} if kept else self.metrics[metric] | {'instance'}
                for label in re.findall(r'\{\{(\w+)\}\}', target['legendFormat']):
                    self.assertIn(label, labels, target['expr'])

    def test_can_be_imported_anywhere(self):
        self.assertIsNone(self.dashboard['id'])
        self.assertEqual(self.dashboard['uid'], 'skq-sockets')
        self.assertEqual([v['name'] for v in self.dashboard['templating']['list']], ['datasource', 'instance'])
        ids = [panel['id'] for panel in self.dashboard['panels']]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in self.dashboard['panels']:
            for user in [panel, *panel['targets']]:
                self.assertEqual(user['datasource'], {'type': 'prometheus', 'uid': '${datasource}'})

    def test_panels_do_not_overlap(self):
        taken = set()
        for panel in self.dashboard['panels']:
            at = panel['gridPos']
            cells = {(x, y) for x in range(at['x'], at['x'] + at['w']) for y in range(at['y'], at['y'] + at['h'])}
            self.assertLessEqual(at['x'] + at['w'], 24)
            self.assertFalse(cells & taken, panel['title'])
            taken |= cells

    def test_planted_mistakes_are_found(self):
        for expression in ('skq_socket', 'sum(skq_sockets{stat="LISTEN"})', 'sum by (peer) (skq_sockets)', 'up == 0',
                           'sum by (rule) (skq_sockets)', 'skq_memory_bytes / skq_memory_presure_bytes'):
            self.assertTrue(mistakes(expression, self.metrics), expression)


class Rules(unittest.TestCase):
    def test_name_only_what_exists(self):
        text = RULES.read_text()
        expressions = list(expressions_of_rules(text))
        self.assertEqual(len(expressions), text.count('alert:'))
        for expression in expressions:
            self.assertEqual(mistakes(expression, known_metrics()), [])

    def test_every_alert_has_a_case_where_it_fires_and_a_time_or_series_where_not(self):
        cases = (Path(__file__).parent / 'prometheus_rules.yml').read_text()
        for alert in re.findall(r'alert: (\w+)', RULES.read_text()):
            self.assertRegex(cases, rf'alertname: {alert}\n *exp_alerts:\n')

    def test_values_of_labels_exist(self):
        """rule, severity, state, proto: each word that an expression compares with is one that the program writes."""
        done = subprocess.run([SKQ, '--format=prom', '--settle=0'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=True).stdout
        texts = RULES.read_text() + ' '.join(expressions_of_dashboard(json.loads(DASHBOARD.read_text())))
        words = set(re.findall(r'\b(state|proto|severity|rule)="([\w-]+)"', texts))
        self.assertGreaterEqual(len(words), 3)
        for label, word in words:
            self.assertRegex(done, rf'[{{,]{label}="{re.escape(word)}"')


if __name__ == '__main__':
    unittest.main()
