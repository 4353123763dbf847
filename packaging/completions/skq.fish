# fish completion for skq. Made by: skq --generate=fish

# All but the last part of the list that is being typed, so that the next part can follow.
function __skq_list_head
    set -l token (commandline -ct)
    set -l value (string replace -r '^(--[a-z-]+=|-[a-zA-Z])' '' -- $token)
    string match -rq ',' -- $value; and string replace -r '[^,]*$' '' -- $value
end

function __skq_list
    set -l done (__skq_list_head)
    for word in $argv
        echo "$done$word"
    end
end

function __skq_after
    contains -- (commandline -opc)[-1] $argv
end

complete -c skq -f
complete -c skq -s t -l tcp -d 'TCP sockets'
complete -c skq -s u -l udp -d 'UDP sockets'
complete -c skq -s w -l raw -d 'raw IP sockets'
complete -c skq -s x -l unix -d 'unix domain sockets'
complete -c skq -s 0 -l packet -d 'packet sockets'
complete -c skq -s f -l family -x -a 'inet inet6 link unix netlink vsock tipc xdp' -d 'sockets of one family (-f help lists them)'
complete -c skq -s A -l query -l socket -x -a '(__skq_list all !all inet !inet tcp !tcp udp !udp raw !raw unix !unix unix_stream !unix_stream u_str !u_str unix_dgram !unix_dgram u_dgr !u_dgr unix_seqpacket !unix_seqpacket u_seq !u_seq packet !packet packet_raw !packet_raw p_raw !p_raw packet_dgram !packet_dgram p_dgr !p_dgr netlink !netlink mptcp !mptcp sctp !sctp dccp !dccp tipc !tipc vsock !vsock vsock_stream !vsock_stream v_str !v_str vsock_dgram !vsock_dgram v_dgr !v_dgr vsock_seqpacket !vsock_seqpacket v_seq !v_seq xdp !xdp)' -d 'socket tables, comma separated; ! takes one out'
complete -c skq -s 4 -l ipv4 -d 'IP version 4 only'
complete -c skq -s 6 -l ipv6 -d 'IP version 6 only'
complete -c skq -s a -l all -d 'sockets in every state'
complete -c skq -s l -l listening -d 'listening and unconnected sockets only'
complete -c skq -s S -l sctp -d 'SCTP sockets'
complete -c skq -s d -l dccp -d 'DCCP sockets'
complete -c skq -s M -l mptcp -d 'MPTCP sockets'
complete -c skq -l tipc -d 'TIPC sockets'
complete -c skq -l vsock -d 'sockets between virtual machines and their host'
complete -c skq -l xdp -d 'XDP sockets, which share frames with a device'
complete -c skq -s B -l bound-inactive -d 'TCP sockets that are bound and do nothing'
complete -c skq -s N -l net -x -d 'sockets of the network namespace NAME, path or pid'
complete -c skq -s p -l processes -d 'the processes at both ends'
complete -c skq -s T -l threads -d 'the threads, too (implies -p)'
complete -c skq -s e -l extended -d 'uid, inode, cookie and what else the family has'
complete -c skq -s m -l memory -d 'socket memory as ss prints it'
complete -c skq -s n -l numeric -d 'ports as numbers'
complete -c skq -s r -l resolve -d 'host names for addresses'
complete -c skq -s o -l options -d 'timers'
complete -c skq -s i -l info -d 'what TCP, MPTCP and SCTP know of a connection'
complete -c skq -l tos -d 'type of service, class and priority'
complete -c skq -l cgroup -d 'the control group of each socket'
complete -c skq -l tipcinfo -d 'what TIPC knows of a socket'
complete -c skq -l inet-sockopt -d 'options that are set on inet sockets'
complete -c skq -s b -l bpf -d 'the filters of packet sockets'
complete -c skq -s Z -l context -d 'security contexts of processes (implies -p)'
complete -c skq -s z -l contexts -d 'security contexts of processes and sockets'
complete -c skq -s H -l no-header -d 'no header line'
complete -c skq -s O -l oneline -d 'all of a socket on one line'
complete -c skq -s Q -l no-queues -d 'no Recv-Q and Send-Q'
complete -c skq -l bytes -d 'exact bytes in place of 1.0K'
complete -c skq -l color -f -a 'auto always never' -d 'auto, always or never'
complete -c skq -s J -l json -d 'one JSON document'
complete -c skq -l json-lines -d 'one flat JSON object a line'
complete -c skq -l format -x -a 'table raw csv json jsonl' -d 'table, raw, csv, json or jsonl'
complete -c skq -s W -l watch -f -d 'again every SECONDS (default 1)'
complete -c skq -l rates -d 'bytes a second of each TCP socket (with -W)'
complete -c skq -s c -l columns -x -a '(__skq_list family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit v6only mark cgroup_id tos tclass class_id cong sctp_association sctp_locals sctp_peers sctp_p_address sctp_tag sctp_state sctp_rwnd sctp_unackdata sctp_penddata sctp_instrms sctp_outstrms sctp_fragmentation_point sctp_inqueue sctp_outqueue sctp_overall_error sctp_max_burst sctp_maxseg sctp_peer_rwnd sctp_peer_tag sctp_peer_capable sctp_peer_sack sctp_isacks sctp_osacks sctp_opackets sctp_ipackets sctp_rtxchunks sctp_outofseqtsns sctp_idupchunks sctp_gapcnt sctp_ouodchunks sctp_iuodchunks sctp_oodchunks sctp_iodchunks sctp_octrlchunks sctp_ictrlchunks sctp_p_state sctp_p_cwnd sctp_p_srtt sctp_p_rto sctp_p_hbinterval sctp_p_pathmaxrxt sctp_p_sackdelay sctp_p_sackfreq sctp_p_ssthresh sctp_p_partial_bytes_acked sctp_p_flight_size sctp_p_error sctp_s_autoclose sctp_s_adaptation_ind sctp_s_pd_point sctp_s_nodelay sctp_s_disable_fragments sctp_s_v4mapped sctp_s_frag_interleave sctp_s_type mptcp_subflows mptcp_add_addr_signal mptcp_add_addr_accepted mptcp_subflows_max mptcp_add_addr_signal_max mptcp_add_addr_accepted_max mptcp_flags mptcp_token mptcp_write_seq mptcp_snd_una mptcp_rcv_nxt mptcp_local_addr_used mptcp_local_addr_max mptcp_csum_enabled mptcp_retransmits mptcp_bytes_retrans mptcp_bytes_sent mptcp_bytes_received mptcp_bytes_acked mptcp_subflows_total mptcp_endp_laminar_max mptcp_last_data_sent mptcp_last_data_recv mptcp_last_ack_recv mptcp_fallback mptcp_remote_key nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout local_cid peer_cid xdp_queue xdp_rx_entries xdp_tx_entries xdp_fill_entries xdp_completion_entries xdp_umem_id xdp_umem_size xdp_umem_pages xdp_umem_chunk_size xdp_umem_headroom xdp_umem_ifindex xdp_umem_queue xdp_umem_refs xdp_zerocopy xdp_rx_dropped xdp_rx_invalid xdp_rx_full xdp_fill_ring_empty xdp_tx_invalid xdp_tx_ring_empty tipc_node tipc_ref tipc_peer_node tipc_peer_ref tipc_via_type tipc_via_instance tipc_congestion tipc_drops tipc_published tipc_group tipc_group_instance tipc_group_send_next tipc_group_scope tipc_group_open mem process peer_process details skmem tipcinfo @ss @mem @all)' -d 'these columns; +a,b adds, -a,b takes away'
complete -c skq -l list-columns -f -a 'text json' -d 'every column there is, as text or json'
complete -c skq -l sort -x -a '(__skq_list family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit v6only mark cgroup_id tos tclass class_id cong sctp_association sctp_locals sctp_peers sctp_p_address sctp_tag sctp_state sctp_rwnd sctp_unackdata sctp_penddata sctp_instrms sctp_outstrms sctp_fragmentation_point sctp_inqueue sctp_outqueue sctp_overall_error sctp_max_burst sctp_maxseg sctp_peer_rwnd sctp_peer_tag sctp_peer_capable sctp_peer_sack sctp_isacks sctp_osacks sctp_opackets sctp_ipackets sctp_rtxchunks sctp_outofseqtsns sctp_idupchunks sctp_gapcnt sctp_ouodchunks sctp_iuodchunks sctp_oodchunks sctp_iodchunks sctp_octrlchunks sctp_ictrlchunks sctp_p_state sctp_p_cwnd sctp_p_srtt sctp_p_rto sctp_p_hbinterval sctp_p_pathmaxrxt sctp_p_sackdelay sctp_p_sackfreq sctp_p_ssthresh sctp_p_partial_bytes_acked sctp_p_flight_size sctp_p_error sctp_s_autoclose sctp_s_adaptation_ind sctp_s_pd_point sctp_s_nodelay sctp_s_disable_fragments sctp_s_v4mapped sctp_s_frag_interleave sctp_s_type mptcp_subflows mptcp_add_addr_signal mptcp_add_addr_accepted mptcp_subflows_max mptcp_add_addr_signal_max mptcp_add_addr_accepted_max mptcp_flags mptcp_token mptcp_write_seq mptcp_snd_una mptcp_rcv_nxt mptcp_local_addr_used mptcp_local_addr_max mptcp_csum_enabled mptcp_retransmits mptcp_bytes_retrans mptcp_bytes_sent mptcp_bytes_received mptcp_bytes_acked mptcp_subflows_total mptcp_endp_laminar_max mptcp_last_data_sent mptcp_last_data_recv mptcp_last_ack_recv mptcp_fallback mptcp_remote_key nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout local_cid peer_cid xdp_queue xdp_rx_entries xdp_tx_entries xdp_fill_entries xdp_completion_entries xdp_umem_id xdp_umem_size xdp_umem_pages xdp_umem_chunk_size xdp_umem_headroom xdp_umem_ifindex xdp_umem_queue xdp_umem_refs xdp_zerocopy xdp_rx_dropped xdp_rx_invalid xdp_rx_full xdp_fill_ring_empty xdp_tx_invalid xdp_tx_ring_empty tipc_node tipc_ref tipc_peer_node tipc_peer_ref tipc_via_type tipc_via_instance tipc_congestion tipc_drops tipc_published tipc_group tipc_group_instance tipc_group_send_next tipc_group_scope tipc_group_open mem process peer_process details skmem tipcinfo -family -netid -state -recv_q -send_q -local -peer -local_addr -local_port -peer_addr -peer_port -dev -path -path_b64 -abstract -inode -cookie -uid -user -shutdown -rmem_alloc -rcvbuf -wmem_alloc -sndbuf -fwd_alloc -wmem_queued -optmem -sk_backlog -drops -send_mem -send_fill -writable -recv_mem -recv_limit -recv_fill -payload_percent -accept_queue -accept_limit -accept_fill -fill -peer_inode -peer_status -vfs_ino -vfs_dev -pending -pid -comm -fd -owners -peer_pid -peer_comm -peer_fd -peer_owners -cgroup -container -cmdline -unit -v6only -mark -cgroup_id -tos -tclass -class_id -cong -sctp_association -sctp_locals -sctp_peers -sctp_p_address -sctp_tag -sctp_state -sctp_rwnd -sctp_unackdata -sctp_penddata -sctp_instrms -sctp_outstrms -sctp_fragmentation_point -sctp_inqueue -sctp_outqueue -sctp_overall_error -sctp_max_burst -sctp_maxseg -sctp_peer_rwnd -sctp_peer_tag -sctp_peer_capable -sctp_peer_sack -sctp_isacks -sctp_osacks -sctp_opackets -sctp_ipackets -sctp_rtxchunks -sctp_outofseqtsns -sctp_idupchunks -sctp_gapcnt -sctp_ouodchunks -sctp_iuodchunks -sctp_oodchunks -sctp_iodchunks -sctp_octrlchunks -sctp_ictrlchunks -sctp_p_state -sctp_p_cwnd -sctp_p_srtt -sctp_p_rto -sctp_p_hbinterval -sctp_p_pathmaxrxt -sctp_p_sackdelay -sctp_p_sackfreq -sctp_p_ssthresh -sctp_p_partial_bytes_acked -sctp_p_flight_size -sctp_p_error -sctp_s_autoclose -sctp_s_adaptation_ind -sctp_s_pd_point -sctp_s_nodelay -sctp_s_disable_fragments -sctp_s_v4mapped -sctp_s_frag_interleave -sctp_s_type -mptcp_subflows -mptcp_add_addr_signal -mptcp_add_addr_accepted -mptcp_subflows_max -mptcp_add_addr_signal_max -mptcp_add_addr_accepted_max -mptcp_flags -mptcp_token -mptcp_write_seq -mptcp_snd_una -mptcp_rcv_nxt -mptcp_local_addr_used -mptcp_local_addr_max -mptcp_csum_enabled -mptcp_retransmits -mptcp_bytes_retrans -mptcp_bytes_sent -mptcp_bytes_received -mptcp_bytes_acked -mptcp_subflows_total -mptcp_endp_laminar_max -mptcp_last_data_sent -mptcp_last_data_recv -mptcp_last_ack_recv -mptcp_fallback -mptcp_remote_key -nl_protocol -nl_portid -nl_groups -packet_protocol -packet_version -packet_fanout -local_cid -peer_cid -xdp_queue -xdp_rx_entries -xdp_tx_entries -xdp_fill_entries -xdp_completion_entries -xdp_umem_id -xdp_umem_size -xdp_umem_pages -xdp_umem_chunk_size -xdp_umem_headroom -xdp_umem_ifindex -xdp_umem_queue -xdp_umem_refs -xdp_zerocopy -xdp_rx_dropped -xdp_rx_invalid -xdp_rx_full -xdp_fill_ring_empty -xdp_tx_invalid -xdp_tx_ring_empty -tipc_node -tipc_ref -tipc_peer_node -tipc_peer_ref -tipc_via_type -tipc_via_instance -tipc_congestion -tipc_drops -tipc_published -tipc_group -tipc_group_instance -tipc_group_send_next -tipc_group_scope -tipc_group_open -mem -process -peer_process -details -skmem -tipcinfo)' -d 'sort by columns; - before one is descending'
complete -c skq -l limit -x -d 'the first N rows'
complete -c skq -l where -x -d 'rows for which this holds, like "fill > 80"'
complete -c skq -s F -l filter -r -F -d 'read the filter from FILE, - is standard input'
complete -c skq -s s -l summary -d 'how many sockets, what they hold, system limits'
complete -c skq -l limits -d 'what the kernel would give a socket'
complete -c skq -s E -l events -d 'TCP and UDP sockets as they are destroyed'
complete -c skq -s K -l kill -d 'close the listed inet sockets'
complete -c skq -l yes -d 'do not ask before -K closes'
complete -c skq -s D -l diag -r -F -d 'record raw netlink dumps to FILE'
complete -c skq -l from -r -F -d 'list what FILE has recorded'
complete -c skq -l output -r -F -d 'write to FILE, which is replaced when all is done'
complete -c skq -l strict -d 'exit 3 when the answer is incomplete'
complete -c skq -l exit-code -d 'exit 4 when nothing matched'
complete -c skq -l log-level -x -a 'trace debug info warning error critical off' -d 'trace, debug, info, warning, error, critical or off'
complete -c skq -l log-file -r -F -d 'where to tell it'
complete -c skq -s h -l help -f -a 'all columns filter examples states' -d 'this; =all, columns, filter, examples or states'
complete -c skq -s V -l version -d 'version'
complete -c skq -n '__skq_after state exclude' -a 'all connected synchronized bucket big established syn-sent syn-recv syn-rcv fin-wait-1 fin-wait-2 time-wait closed close unconnected close-wait last-ack listening closing bound-inactive listen estab unconn new-syn-recv'
complete -c skq -n 'not __skq_after state exclude src dst sport dport' -a 'state exclude src dst sport dport dev fwmark cgroup autobound and or not'
