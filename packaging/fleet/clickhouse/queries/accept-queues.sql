-- Hosts and listeners with the fullest accept queues
-- {{window}} = 600    seconds before {{at}}
-- {{percent}} = 80    worth telling from here on
-- The worst moment in the window: a queue that is empty again has refused clients all the same.
select
    host, local,
    max(accept_fill) as worst_percent,
    argMax(accept_queue, accept_fill) as pending,
    argMax(accept_limit, accept_fill) as room,
    argMax(ts, accept_fill) as at,
    argMax(ifNull(process, '?'), accept_fill) as processes
from skq.sockets
where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}}) and accept_fill is not null
group by host, netns, netid, local
having worst_percent >= {{percent}}
order by worst_percent desc, host, local
limit 50
