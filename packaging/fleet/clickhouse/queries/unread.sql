-- Data that a process does not read: waiting in every snapshot of the window, and no less at its end
-- {{window}} = 600      seconds before {{at}}
-- {{snapshots}} = 2     seen in at least so many
-- One end is enough for this: it also finds readers whose sender is on a host that does not report.
select
    host,
    argMax(local, ts) as local,
    argMax(peer, ts) as peer,
    argMax(ifNull(process, '?'), ts) as processes,
    argMin(recv_q, ts) as first,
    argMax(recv_q, ts) as waiting,
    count() as seen,
    min(ts) as since
from skq.sockets
where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}}) and state not in ('LISTEN', 'TIME-WAIT')
group by host, netns, netid, cookie
having min(recv_q) > 0 and waiting >= first and seen >= {{snapshots}}
order by waiting desc, host, local
limit 50
