"""What is measured: the commands, the floor of each, and the targets. A new row of the table is one row here.

A floor is the sock_diag requests that the command itself was seen to make (each once, however often it made them), made by
skq_floor, and for commands that need owners one walk over all descriptors. Ratios to the floor are skq / floor, smaller is better;
ratios to ss are ss / skq, larger is better. Targets hold where there are 100 000 unix or 50 000 tcp sockets, or more.
"""
from dataclasses import dataclass

# A pid namespace of one's own hides processes, which skq tells where it looks at all network namespaces.
HIDDEN = 'network namespaces of processes that /proc hides are not known'
SCAN = ('--scan', '2')
BPF_SCAN = ('--bpf-scan',)


@dataclass(frozen=True)
class Case:
    name: str
    skq: tuple
    floor: tuple | None = ()        # what the floor does after the dumps; None: no floor
    floor_target: float | None = None
    ss: tuple | None = None
    ss_target: float | None = None
    rows: str = 'all'               # how many rows there must be: 'all', 'listeners', 'head' of 20, 'none', 'any'
    memory: str = ''                # 'streamed' or 'table': which target of peak memory holds
    needs_bpf: bool = False
    moving: bool = False            # holds times, so the size of the output may differ a little from run to run
    header: int = 1                 # lines that are no rows
    remark: str | None = None       # what skq may say on stderr


def words(text):
    return tuple(text.split())


UNIX = (
    Case('-xa', words('-xa'), (), 1.25, words('-xa'), 2.2, memory='table'),
    Case('-xam', words('-xam'), (), 1.25, words('-xam'), 2.2),
    Case('-xap, by /proc', words('--bpf=never -xap'), SCAN, 1.25, words('-xap'), 10, memory='table'),
    Case('-xap, by BPF', words('--bpf=require -xap'), BPF_SCAN, 1.5, words('-xap'), 10, needs_bpf=True),
    Case('-xl', words('-xl'), (), 1.25, words('-xl'), 1, rows='listeners'),
    Case('-xap src /nope', words('-xap src /nope'), (), 1.15, words('-xap src /nope'), 8, rows='none'),
    Case('-xaJ', words('-xaJ'), (), 1.35, rows='any'),
    Case('-xa --json-lines', words('-xa --json-lines'), (), 1.35, memory='streamed', header=0, moving=True),
    Case('-xa --format=csv', words('-xa --format=csv'), (), memory='streamed'),
    Case('-xa --format=raw', words('-xa --format=raw'), (), memory='streamed'),
    Case('-xa --sort=-send_mem --limit=20', words('-xa --sort=-send_mem --limit=20'), (), 1.35, rows='head'),
    Case('why, by /proc', words('why --bpf=never'), SCAN, 1.3, rows='any', moving=True,
         remark=HIDDEN),
)

TCP = (
    Case('-tan', words('-tan'), (), 1.3, words('-tan'), 2, memory='table'),
    Case('-tanmi', words('-tanmi'), (), 1.3, words('-tanmi'), 3.5, moving=True),
    Case('-tanp, by /proc', words('--bpf=never -tanp'), SCAN, None, words('-tanp'), None),
)

EMPTY = (Case('-x, no socket', words('-x'), None, None, words('-x'), 1, rows='none'),)

FAMILIES = {'unix': UNIX, 'tcp': TCP, 'empty': EMPTY}

JUDGED_FROM = {'unix': 100_000, 'tcp': 50_000, 'empty': 0}
STREAMED_KIB = 16 * 1024
TABLE_KIB = 48 * 1024           # with 100 000 rows
TABLE_BYTES_PER_ROW = 320       # from there on
TIME_PER_ROW_GROWTH = 1.5       # from one size to the next
HEAD_ROWS = 20


def expected_rows(case, sockets, listeners):
    return {'all': sockets, 'listeners': listeners, 'head': min(HEAD_ROWS, sockets), 'none': 0, 'any': None}[case.rows]
