"""Where and on what the figures were taken."""
import datetime
import os
import platform
import re
import subprocess
from pathlib import Path


def first_match(pattern, path):
    try:
        found = re.search(pattern, Path(path).read_text(encoding='utf-8', errors='replace'), re.M)
    except OSError:
        return ''
    return found[1].strip() if found else ''


def said_by(*command, folder=None):
    """The first line."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout
        return said.split('\n')[0].strip()
    except (OSError, subprocess.SubprocessError):
        return ''


def facts(tools, build):
    cache = Path(build, 'CMakeCache.txt')
    return {
        'date': datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M UTC'),
        'cpu': first_match(r'^model name\s*: (.*)$', '/proc/cpuinfo') or platform.machine(),
        'cpus': os.cpu_count(),
        'memory_mib': int(first_match(r'^MemTotal:\s*(\d+)', '/proc/meminfo') or 0) // 1024,
        'kernel': platform.release(),
        'user': 'root' if os.geteuid() == 0 else 'an ordinary user',
        'nice': os.nice(0),
        'ss': said_by(tools.ss, '-V') if tools.ss else 'not here',
        'skq': said_by(tools.skq, '--version'),
        'commit': said_by('git', 'describe', '--always', '--dirty', folder=Path(__file__).parent),
        'build_type': first_match(r'^CMAKE_BUILD_TYPE:\w+=(.*)$', cache),
        'compiler': said_by(first_match(r'^CMAKE_CXX_COMPILER:\w+=(.*)$', cache), '--version'),
        'load_at_start': os.getloadavg()[0],
    }
