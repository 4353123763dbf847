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
complete -c skq -s f -l family -x -a 'inet inet6 link unix netlink' -d 'sockets of one family (-f help lists them)'
complete -c skq -s A -l query -l socket -x -a '(__skq_list all !all inet !inet tcp !tcp udp !udp raw !raw unix !unix unix_stream !unix_stream u_str !u_str unix_dgram !unix_dgram u_dgr !u_dgr unix_seqpacket !unix_seqpacket u_seq !u_seq packet !packet packet_raw !packet_raw p_raw !p_raw packet_dgram !packet_dgram p_dgr !p_dgr netlink !netlink)' -d 'socket tables, comma separated; ! takes one out'
complete -c skq -s 4 -l ipv4 -d 'IP version 4 only'
complete -c skq -s 6 -l ipv6 -d 'IP version 6 only'
complete -c skq -s a -l all -d 'sockets in every state'
complete -c skq -s l -l listening -d 'listening and unconnected sockets only'
complete -c skq -s S -l sctp -d 'SCTP sockets'
complete -c skq -s d -l dccp -d 'DCCP sockets'
complete -c skq -s M -l mptcp -d 'MPTCP sockets'
complete -c skq -l tipc -d 'TIPC sockets'
complete -c skq -l vsock -d 'vsock sockets'
complete -c skq -l xdp -d 'XDP sockets'
complete -c skq -s B -l bound-inactive -d 'TCP sockets that are bound and do nothing'
complete -c skq -s N -l net -x -d 'sockets of the network namespace NAME, path or pid'
complete -c skq -s p -l processes -d 'the processes at both ends'
complete -c skq -s T -l threads -d 'the threads, too (implies -p)'
complete -c skq -s e -l extended -d 'uid, inode, cookie and what else the family has'
complete -c skq -s m -l memory -d 'socket memory as ss prints it'
complete -c skq -s n -l numeric -d 'ports as numbers'
complete -c skq -s r -l resolve -d 'host names for addresses'
complete -c skq -s o -l options -d 'the timers of inet sockets'
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
complete -c skq -s c -l columns -x -a '(__skq_list family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit timer timer_expires timer_retrans v6only mark cgroup_id cgroup_path tos tclass class_id sockopt_recverr sockopt_is_icsk sockopt_freebind sockopt_hdrincl sockopt_mc_loop sockopt_transparent sockopt_mc_all sockopt_nodefrag sockopt_bind_addr_no_port sockopt_recverr_rfc4884 sockopt_defer_connect cong vegas_enabled vegas_rttcnt vegas_rtt vegas_minrtt dctcp_enabled dctcp_ce_state dctcp_alpha dctcp_ab_ecn dctcp_ab_tot bbr_bw bbr_min_rtt bbr_pacing_gain bbr_cwnd_gain tcp_state tcp_ca_state tcp_retransmits tcp_probes tcp_backoff tcp_options tcp_snd_wscale tcp_rcv_wscale tcp_delivery_rate_app_limited tcp_fastopen_client_fail tcp_rto tcp_ato tcp_snd_mss tcp_rcv_mss tcp_unacked tcp_sacked tcp_lost tcp_retrans tcp_fackets tcp_last_data_sent tcp_last_ack_sent tcp_last_data_recv tcp_last_ack_recv tcp_pmtu tcp_rcv_ssthresh tcp_rtt tcp_rttvar tcp_snd_ssthresh tcp_snd_cwnd tcp_advmss tcp_reordering tcp_rcv_rtt tcp_rcv_space tcp_total_retrans tcp_pacing_rate tcp_max_pacing_rate tcp_bytes_acked tcp_bytes_received tcp_segs_out tcp_segs_in tcp_notsent_bytes tcp_min_rtt tcp_data_segs_in tcp_data_segs_out tcp_delivery_rate tcp_busy_time tcp_rwnd_limited tcp_sndbuf_limited tcp_delivered tcp_delivered_ce tcp_bytes_sent tcp_bytes_retrans tcp_dsack_dups tcp_reord_seen tcp_rcv_ooopack tcp_snd_wnd tcp_rcv_wnd tcp_rehash tcp_total_rto tcp_total_rto_recoveries tcp_total_rto_time tcp_received_ce tcp_delivered_e1_bytes tcp_delivered_e0_bytes tcp_delivered_ce_bytes tcp_received_e1_bytes tcp_received_e0_bytes tcp_received_ce_bytes tcp_accecn_fail_mode tcp_accecn_opt_seen tcp_ts tcp_usec_ts tcp_sack tcp_wscale tcp_ecn tcp_ecnseen tcp_fastopen tcp_send_rate tcp_rwnd_limited_percent tcp_sndbuf_limited_percent ulp tls_version tls_cipher tls_rxconf tls_txconf tls_zc_ro_tx tls_no_pad_rx subflow_flags subflow_token subflow_token_remote subflow_id subflow_id_remote subflow_map_seq subflow_map_sfseq subflow_ssn_offset subflow_map_length md5_keys nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout packet_fanout_type packet_copy_thresh packet_flags packet_rx_ring packet_tx_ring bpf_length bpf_filter mem process peer_process timer_text details tos_text cgroup_text sockopt_text packet_details rx_ring_text tx_ring_text fanout_text bpf_text skmem info @ss @mem @all)' -d 'these columns; +a,b adds, -a,b takes away'
complete -c skq -l list-columns -f -a 'text json' -d 'every column there is, as text or json'
complete -c skq -l sort -x -a '(__skq_list family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit timer timer_expires timer_retrans v6only mark cgroup_id cgroup_path tos tclass class_id sockopt_recverr sockopt_is_icsk sockopt_freebind sockopt_hdrincl sockopt_mc_loop sockopt_transparent sockopt_mc_all sockopt_nodefrag sockopt_bind_addr_no_port sockopt_recverr_rfc4884 sockopt_defer_connect cong vegas_enabled vegas_rttcnt vegas_rtt vegas_minrtt dctcp_enabled dctcp_ce_state dctcp_alpha dctcp_ab_ecn dctcp_ab_tot bbr_bw bbr_min_rtt bbr_pacing_gain bbr_cwnd_gain tcp_state tcp_ca_state tcp_retransmits tcp_probes tcp_backoff tcp_options tcp_snd_wscale tcp_rcv_wscale tcp_delivery_rate_app_limited tcp_fastopen_client_fail tcp_rto tcp_ato tcp_snd_mss tcp_rcv_mss tcp_unacked tcp_sacked tcp_lost tcp_retrans tcp_fackets tcp_last_data_sent tcp_last_ack_sent tcp_last_data_recv tcp_last_ack_recv tcp_pmtu tcp_rcv_ssthresh tcp_rtt tcp_rttvar tcp_snd_ssthresh tcp_snd_cwnd tcp_advmss tcp_reordering tcp_rcv_rtt tcp_rcv_space tcp_total_retrans tcp_pacing_rate tcp_max_pacing_rate tcp_bytes_acked tcp_bytes_received tcp_segs_out tcp_segs_in tcp_notsent_bytes tcp_min_rtt tcp_data_segs_in tcp_data_segs_out tcp_delivery_rate tcp_busy_time tcp_rwnd_limited tcp_sndbuf_limited tcp_delivered tcp_delivered_ce tcp_bytes_sent tcp_bytes_retrans tcp_dsack_dups tcp_reord_seen tcp_rcv_ooopack tcp_snd_wnd tcp_rcv_wnd tcp_rehash tcp_total_rto tcp_total_rto_recoveries tcp_total_rto_time tcp_received_ce tcp_delivered_e1_bytes tcp_delivered_e0_bytes tcp_delivered_ce_bytes tcp_received_e1_bytes tcp_received_e0_bytes tcp_received_ce_bytes tcp_accecn_fail_mode tcp_accecn_opt_seen tcp_ts tcp_usec_ts tcp_sack tcp_wscale tcp_ecn tcp_ecnseen tcp_fastopen tcp_send_rate tcp_rwnd_limited_percent tcp_sndbuf_limited_percent ulp tls_version tls_cipher tls_rxconf tls_txconf tls_zc_ro_tx tls_no_pad_rx subflow_flags subflow_token subflow_token_remote subflow_id subflow_id_remote subflow_map_seq subflow_map_sfseq subflow_ssn_offset subflow_map_length md5_keys nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout packet_fanout_type packet_copy_thresh packet_flags packet_rx_ring packet_tx_ring bpf_length bpf_filter mem process peer_process timer_text details tos_text cgroup_text sockopt_text packet_details rx_ring_text tx_ring_text fanout_text bpf_text skmem info -family -netid -state -recv_q -send_q -local -peer -local_addr -local_port -peer_addr -peer_port -dev -path -path_b64 -abstract -inode -cookie -uid -user -shutdown -rmem_alloc -rcvbuf -wmem_alloc -sndbuf -fwd_alloc -wmem_queued -optmem -sk_backlog -drops -send_mem -send_fill -writable -recv_mem -recv_limit -recv_fill -payload_percent -accept_queue -accept_limit -accept_fill -fill -peer_inode -peer_status -vfs_ino -vfs_dev -pending -pid -comm -fd -owners -peer_pid -peer_comm -peer_fd -peer_owners -cgroup -container -cmdline -unit -timer -timer_expires -timer_retrans -v6only -mark -cgroup_id -cgroup_path -tos -tclass -class_id -sockopt_recverr -sockopt_is_icsk -sockopt_freebind -sockopt_hdrincl -sockopt_mc_loop -sockopt_transparent -sockopt_mc_all -sockopt_nodefrag -sockopt_bind_addr_no_port -sockopt_recverr_rfc4884 -sockopt_defer_connect -cong -vegas_enabled -vegas_rttcnt -vegas_rtt -vegas_minrtt -dctcp_enabled -dctcp_ce_state -dctcp_alpha -dctcp_ab_ecn -dctcp_ab_tot -bbr_bw -bbr_min_rtt -bbr_pacing_gain -bbr_cwnd_gain -tcp_state -tcp_ca_state -tcp_retransmits -tcp_probes -tcp_backoff -tcp_options -tcp_snd_wscale -tcp_rcv_wscale -tcp_delivery_rate_app_limited -tcp_fastopen_client_fail -tcp_rto -tcp_ato -tcp_snd_mss -tcp_rcv_mss -tcp_unacked -tcp_sacked -tcp_lost -tcp_retrans -tcp_fackets -tcp_last_data_sent -tcp_last_ack_sent -tcp_last_data_recv -tcp_last_ack_recv -tcp_pmtu -tcp_rcv_ssthresh -tcp_rtt -tcp_rttvar -tcp_snd_ssthresh -tcp_snd_cwnd -tcp_advmss -tcp_reordering -tcp_rcv_rtt -tcp_rcv_space -tcp_total_retrans -tcp_pacing_rate -tcp_max_pacing_rate -tcp_bytes_acked -tcp_bytes_received -tcp_segs_out -tcp_segs_in -tcp_notsent_bytes -tcp_min_rtt -tcp_data_segs_in -tcp_data_segs_out -tcp_delivery_rate -tcp_busy_time -tcp_rwnd_limited -tcp_sndbuf_limited -tcp_delivered -tcp_delivered_ce -tcp_bytes_sent -tcp_bytes_retrans -tcp_dsack_dups -tcp_reord_seen -tcp_rcv_ooopack -tcp_snd_wnd -tcp_rcv_wnd -tcp_rehash -tcp_total_rto -tcp_total_rto_recoveries -tcp_total_rto_time -tcp_received_ce -tcp_delivered_e1_bytes -tcp_delivered_e0_bytes -tcp_delivered_ce_bytes -tcp_received_e1_bytes -tcp_received_e0_bytes -tcp_received_ce_bytes -tcp_accecn_fail_mode -tcp_accecn_opt_seen -tcp_ts -tcp_usec_ts -tcp_sack -tcp_wscale -tcp_ecn -tcp_ecnseen -tcp_fastopen -tcp_send_rate -tcp_rwnd_limited_percent -tcp_sndbuf_limited_percent -ulp -tls_version -tls_cipher -tls_rxconf -tls_txconf -tls_zc_ro_tx -tls_no_pad_rx -subflow_flags -subflow_token -subflow_token_remote -subflow_id -subflow_id_remote -subflow_map_seq -subflow_map_sfseq -subflow_ssn_offset -subflow_map_length -md5_keys -nl_protocol -nl_portid -nl_groups -packet_protocol -packet_version -packet_fanout -packet_fanout_type -packet_copy_thresh -packet_flags -packet_rx_ring -packet_tx_ring -bpf_length -bpf_filter -mem -process -peer_process -timer_text -details -tos_text -cgroup_text -sockopt_text -packet_details -rx_ring_text -tx_ring_text -fanout_text -bpf_text -skmem -info)' -d 'sort by columns; - before one is descending'
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
