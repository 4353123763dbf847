-- The last snapshot and the last complete one of each host, and which hosts fell silent
-- {{window}} = 86400    seconds before {{at}}: hosts heard of in it
-- {{late}} = 180        seconds without a snapshot that make a host silent
-- said is what skq said on standard error: why a snapshot is incomplete.
select
    host,
    max(ts) as last,
    if(sum(ifNull(complete, 0)) = 0, null, maxIf(ts, ifNull(complete, 0))) as last_complete,
    {{at}} - toInt64(toUInt32(last)) as age_s,
    if(age_s > {{late}}, 'silent', if(age_s < 0, 'clock ahead', if(argMax(ifNull(complete, 2), ts) = 0, 'incomplete', 'ok'))) as status,
    argMax(rows, ts) as rows,
    argMax(ifNull(said, ''), ts) as said
from skq.snapshots
where ts > toDateTime({{at}} - {{window}})
group by host
order by age_s desc, host
