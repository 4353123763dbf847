"""The statuses of `skq check` for counts that are known, beside what python3-nagiosplugin makes of the same range.

It also reads every answer as monitoring systems do: the form of the first line and of its performance data.
"""
import re
import socket
import subprocess
import sys

sys.path.append('/usr/lib/python3/dist-packages')
try:
    from nagiosplugin import Range
except ImportError:
    print('python3-nagiosplugin is not installed')
    sys.exit(77)

RANGES = ['0', '3', '10', '3:', '0:', '~:', '~:3', '3:5', '@3:5', '@3:', '@~:3', '@0', '2.5', '2.5:4.5', '@2.5:4.5', '-2:2', '-2:-1',
          '@-2:3', ':4', '4:4', '@4:4', '1.0']
NUMBER = r'-?\d+(?:\.\d+)?'
RANGE = rf'@?(?:(?:~|{NUMBER}):)?(?:{NUMBER})?'
DATA = re.compile(rf"(?:'[^'=]+'|[^\s'=]+)=(?:{NUMBER}(?:%|B|c)?|U)(?:;(?:{RANGE})?){{0,2}}(?:;(?:{NUMBER})?){{0,2}}")


def ask(skq, name, *words):
    done = subprocess.run([skq, 'check', 'count', '-xl', *words, 'src', f'@{name}-*'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def read(output):
    """The value of the first item of performance data, and its thresholds."""
    line = output.splitlines()[0]
    text, data = line.split('|')
    assert re.fullmatch(r'SKQ (OK|WARNING|CRITICAL|UNKNOWN) - .*', text) and len(text) < 80, line
    items = data.split()
    for item in items:
        assert DATA.fullmatch(item), item
    fields = items[0].split('=')[1].split(';') + ['', '']
    return float(fields[0]), fields[1], fields[2]


def main():
    skq = sys.argv[1]
    name = f'skq-check-{socket.gethostname()}-{id(object())}'
    listeners, asked = [], 0
    for count in range(7):
        for text in RANGES:
            code, out, err = ask(skq, name, '-c', text)
            value, _, critical = read(out)
            assert value == count, (value, count, out, err)
            wanted = 0 if Range(text).match(count) else 2
            assert code == wanted, f'{count} against {text}: {code}, others say {wanted}\n{out}{err}'
            # What is printed means the same range.
            assert Range(critical).match(count) == Range(text).match(count), (text, critical)
            asked += 1
        one = socket.socket(socket.AF_UNIX)
        one.bind(f'\0{name}-{count}')
        one.listen(1)
        listeners.append(one)
    print(f'{asked} answers agree')


if __name__ == '__main__':
    main()
