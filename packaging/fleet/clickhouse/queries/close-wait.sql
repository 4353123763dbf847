-- Growth of CLOSE-WAIT: programs that do not close what the other end has closed
-- {{window}} = 3600    seconds before {{at}}
-- {{grown}} = 1        so many more at the end than at the beginning
-- Counted a snapshot, then first against last: snapshots without any are counted too, as 0.
select
    host,
    comm,
    argMin(n, ts) as first,
    argMax(n, ts) as last,
    toInt64(last) - toInt64(first) as more,
    max(n) as most,
    count() as snapshots
from (
    select host, comm, ts, sum(state = 'CLOSE-WAIT') as n
    from (
        -- every process that had one in the window, in every snapshot of its host
        select host, ts, ifNull(comm, '?') as comm, state
        from skq.sockets
        where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}}) and state = 'CLOSE-WAIT'
        union all
        select host, ts, comm, '' as state
        from (
            select distinct host, ts from skq.sockets
            where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}})
        ) all inner join (
            select distinct host, ifNull(comm, '?') as comm from skq.sockets
            where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}}) and state = 'CLOSE-WAIT'
        ) using host
    )
    group by host, comm, ts
)
group by host, comm
having more >= {{grown}}
order by more desc, host, comm
limit 50
