-- Who holds socket memory, in the last snapshot of each host
-- {{window}} = 600    seconds before {{at}}; a host silent for longer is not shown
-- Memory is what the kernel charges: sent and received bytes with their overhead, and what is reserved ahead.
select
    host,
    ifNull(comm, '?') as process,
    pid,
    count() as sockets,
    sum(ifNull(rmem_alloc, 0)) as received,
    sum(if(netid = 'tcp', ifNull(wmem_queued, 0), ifNull(wmem_alloc, 0))) as to_send,
    sum(ifNull(fwd_alloc, 0)) as reserved,
    received + to_send + reserved as bytes,
    sum(rmem_alloc is null) as unknown
from skq.sockets
where (host, ts) in (
    select host, max(ts) from skq.sockets
    where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}})
    group by host)
group by host, process, pid
order by bytes desc, host, process
limit 50
