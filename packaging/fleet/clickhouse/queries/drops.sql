-- Drops by process: packets and clients that the kernel threw away on a socket
-- {{window}} = 3600    seconds before {{at}}
-- drops counts since the socket was made, so what counts is its growth; of a socket first seen in the window without an
-- earlier snapshot of its host, all of it is new.
select
    host,
    ifNull(process, '?') as processes,
    netid,
    local,
    sum(toInt64(last) - if(born > host_first, 0, toInt64(first))) as dropped
from (
    select
        host, cookie, netns, netid,
        argMax(process, ts) as process,
        argMax(local, ts) as local,
        assumeNotNull(argMin(drops, ts)) as first,
        assumeNotNull(argMax(drops, ts)) as last,
        min(ts) as born
    from skq.sockets
    where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}}) and drops is not null
    group by host, cookie, netns, netid
) any left join (
    select host, min(ts) as host_first from skq.sockets
    where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}})
    group by host
) using host
group by host, processes, netid, local
having dropped > 0
order by dropped desc, host, local
limit 50
