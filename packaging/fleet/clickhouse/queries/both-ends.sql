-- TCP senders that cannot go on, with the other end from whichever host recorded it, and which end is to blame
-- {{window}} = 600    seconds before {{at}}: the last row of each connection in it is judged
-- {{apart}} = 90      seconds that the snapshots of the two ends may lie apart, clocks included
-- {{percent}} = 50    share of its sending time that the other end's window held it back
--
-- A sender cannot go on when its other end closed the window (tcp_snd_wnd 0, timer persist), when that window held it back most of
-- the time, or when nobody acknowledges. The two ends have mirrored addresses and ports (columns pair and mirror of the schema);
-- TIME-WAIT and listeners are nobody's other end. Where addresses are translated (NAT) the ends do not mirror each other:
-- such a row, like one whose other host does not report, stays with nulls and "other end not recorded".
--
-- still_there   0: a later snapshot of the host does not have it any more
-- apart_s       other end's clock and snapshot against this one's
-- candidates    more than 1: several hosts have such a socket (private addresses used twice); the nearest in time is shown
-- reused        1: these addresses and ports were more than one connection in the window; the pair may be of two of them
select
    host, local, peer, ts, still_there, sender, send_q, snd_wnd, timer, rwnd_percent,
    if(found, o_host, null) as other_host,
    if(found, o_pid, null) as other_pid,
    if(found, o_comm, null) as other_comm,
    if(found, o_process, null) as other_process,
    if(found, o_recv_q, null) as other_recv_q,
    if(found, toInt64(o_last) - toInt64(o_first), null) as other_growth,
    if(found, o_ts - my_ts, null) as apart_s,
    if(found, o_candidates, 0) as candidates,
    my_cookies > 1 or (found and o_cookies > o_candidates) as reused,
    multiIf(
        unanswered and not closed, 'nobody acknowledges: the path or the other host',
        not found and there_known, 'other end not recorded: a host with its address reports, but not this socket',
        not found, 'other end not recorded: its host does not report, or addresses are translated',
        o_recv_q > 0, concat('not reading: ', ifNull(o_process, 'an unknown process'), ' on ', o_host),
        'the other end had read everything at its snapshot') as verdict
from (
    select
        *,
        o_host != '' and abs(o_ts - my_ts) <= {{apart}} as found,
        if(o_host = '', 1000000000, abs(o_ts - my_ts)) as distance
    from (
        select * from (
            select * from (
                -- senders: the last row of each connection, if it is held up
                select
                    host, netns, ifNull(local, '') as local, ifNull(peer, '') as peer, pair, state, ts,
                    toInt64(toUInt32(ts)) as my_ts, process as sender, ifNull(send_q, 0) as send_q, tcp_snd_wnd as snd_wnd, timer,
                    tcp_rwnd_limited_percent as rwnd_percent,
                    ifNull(tcp_snd_wnd = 0, 0) or ifNull(timer = 'persist', 0) as closed,
                    ifNull(timer = 'on', 0) and ifNull(timer_retrans > 0, 0) as unanswered,
                    (host, ts) in (
                        select host, max(ts) from skq.sockets
                        where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}} + {{apart}}) group by host) as still_there,
                    there in (
                        select here from skq.sockets
                        where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}} + {{apart}})) as there_known
                from skq.sockets
                where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}} + {{apart}}) and pair != '' and state != 'LISTEN'
                order by ts desc
                limit 1 by host, netns, pair
            )
            where send_q > 0 and state not in ('TIME-WAIT', 'SYN-SENT')
                and (closed or unanswered or ifNull(rwnd_percent >= {{percent}}, 0))
        ) any left join (
            select host, pair, uniqExact(cookie) as my_cookies
            from skq.sockets
            where ts > toDateTime({{at}} - {{window}}) and ts <= toDateTime({{at}} + {{apart}}) and pair != '' and state != 'LISTEN'
            group by host, pair
        ) using host, pair
    ) all left join (
        select * from (
            -- other ends: every row of the window, the nearest is chosen below
            select
                mirror as pair, host as o_host, toInt64(toUInt32(ts)) as o_ts, pid as o_pid, comm as o_comm,
                process as o_process, ifNull(recv_q, 0) as o_recv_q
            from skq.sockets
            where ts > toDateTime({{at}} - {{window}} - {{apart}}) and ts <= toDateTime({{at}} + {{apart}} * 2)
                and mirror != '' and state not in ('LISTEN', 'TIME-WAIT')
        ) any left join (
            select
                mirror as pair, argMin(ifNull(recv_q, 0), ts) as o_first, argMax(ifNull(recv_q, 0), ts) as o_last,
                uniqExact(host, ifNull(netns, 0)) as o_candidates, uniqExact(host, cookie) as o_cookies
            from skq.sockets
            where ts > toDateTime({{at}} - {{window}} - {{apart}}) and ts <= toDateTime({{at}} + {{apart}} * 2)
                and mirror != '' and state != 'LISTEN'
            group by pair
        ) using pair
    ) using pair
    order by distance
    limit 1 by host, netns, pair
)
order by send_q desc, host, local
