# bash completion for skq. Made by: skq --generate=bash

# Completes the last part of a list separated by commas; a sign before the first part stays.
_skq_list() {
    local done='' rest=$cur
    case $rest in
        *,*) done=${rest%,*}, rest=${rest##*,} ;;
        [+-]*) [[ $1 == columns ]] && done=${rest:0:1} rest=${rest:1} ;;
    esac
    COMPREPLY=($(compgen -P "$done" -W "$2" -- "$rest"))
    compopt -o nospace 2>/dev/null
}

_skq() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in why | record | diff | check) command=${command:-$word} ;; esac
    done
    # bash takes --name=value apart at the equals sign.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == --*=* ]]; then
        prev=${cur%%=*} cur=${cur#*=}
    fi
    [[ $prev == -[!-]?* && $prev != *= ]] && prev=-${prev: -1}
    [[ $command == check && $prev == -[wct] ]] && return
    case $prev in
        -f | --family)
            COMPREPLY=($(compgen -W 'inet inet6 link unix netlink vsock tipc xdp' -- "$cur"))
            return
            ;;
        -A | --query | --socket)
            _skq_list words 'all !all inet !inet tcp !tcp udp !udp raw !raw unix !unix unix_stream !unix_stream u_str !u_str unix_dgram !unix_dgram u_dgr !u_dgr unix_seqpacket !unix_seqpacket u_seq !u_seq packet !packet packet_raw !packet_raw p_raw !p_raw packet_dgram !packet_dgram p_dgr !p_dgr netlink !netlink mptcp !mptcp sctp !sctp dccp !dccp tipc !tipc vsock !vsock vsock_stream !vsock_stream v_str !v_str vsock_dgram !vsock_dgram v_dgr !v_dgr vsock_seqpacket !vsock_seqpacket v_seq !v_seq xdp !xdp'
            return
            ;;
        -N | --net)
            return
            ;;
        --bpf)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'auto never require' -- "$cur"))
                return
            fi
            ;;
        --color)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
                return
            fi
            ;;
        --format)
            if [[ $command == why ]]; then
                COMPREPLY=($(compgen -W 'table json jsonl' -- "$cur"))
                return
            fi
            if [[ $command == record ]]; then
                COMPREPLY=($(compgen -W 'table json jsonl' -- "$cur"))
                return
            fi
            if [[ $command == diff ]]; then
                COMPREPLY=($(compgen -W 'table json jsonl' -- "$cur"))
                return
            fi
            COMPREPLY=($(compgen -W 'table raw csv json jsonl prom' -- "$cur"))
            return
            ;;
        --watch)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                    return
            fi
            ;;
        -c | --columns)
            _skq_list columns 'time result error family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie netns netns_name uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev dgram_queue dgram_limit dgram_fill fds_in_flight in_flight pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit context socket_context timer timer_expires timer_retrans v6only mark cgroup_id cgroup_path tos tclass class_id sockopt_recverr sockopt_is_icsk sockopt_freebind sockopt_hdrincl sockopt_mc_loop sockopt_transparent sockopt_mc_all sockopt_nodefrag sockopt_bind_addr_no_port sockopt_recverr_rfc4884 sockopt_defer_connect cong vegas_enabled vegas_rttcnt vegas_rtt vegas_minrtt dctcp_enabled dctcp_ce_state dctcp_alpha dctcp_ab_ecn dctcp_ab_tot bbr_bw bbr_min_rtt bbr_pacing_gain bbr_cwnd_gain tcp_state tcp_ca_state tcp_retransmits tcp_probes tcp_backoff tcp_options tcp_snd_wscale tcp_rcv_wscale tcp_delivery_rate_app_limited tcp_fastopen_client_fail tcp_rto tcp_ato tcp_snd_mss tcp_rcv_mss tcp_unacked tcp_sacked tcp_lost tcp_retrans tcp_fackets tcp_last_data_sent tcp_last_ack_sent tcp_last_data_recv tcp_last_ack_recv tcp_pmtu tcp_rcv_ssthresh tcp_rtt tcp_rttvar tcp_snd_ssthresh tcp_snd_cwnd tcp_advmss tcp_reordering tcp_rcv_rtt tcp_rcv_space tcp_total_retrans tcp_pacing_rate tcp_max_pacing_rate tcp_bytes_acked tcp_bytes_received tcp_segs_out tcp_segs_in tcp_notsent_bytes tcp_min_rtt tcp_data_segs_in tcp_data_segs_out tcp_delivery_rate tcp_busy_time tcp_rwnd_limited tcp_sndbuf_limited tcp_delivered tcp_delivered_ce tcp_bytes_sent tcp_bytes_retrans tcp_dsack_dups tcp_reord_seen tcp_rcv_ooopack tcp_snd_wnd tcp_rcv_wnd tcp_rehash tcp_total_rto tcp_total_rto_recoveries tcp_total_rto_time tcp_received_ce tcp_delivered_e1_bytes tcp_delivered_e0_bytes tcp_delivered_ce_bytes tcp_received_e1_bytes tcp_received_e0_bytes tcp_received_ce_bytes tcp_accecn_fail_mode tcp_accecn_opt_seen tcp_ts tcp_usec_ts tcp_sack tcp_wscale tcp_ecn tcp_ecnseen tcp_fastopen tcp_send_rate tcp_rwnd_limited_percent tcp_sndbuf_limited_percent send_rate recv_rate retrans_rate ulp tls_version tls_cipher tls_rxconf tls_txconf tls_zc_ro_tx tls_no_pad_rx subflow_flags subflow_token subflow_token_remote subflow_id subflow_id_remote subflow_map_seq subflow_map_sfseq subflow_ssn_offset subflow_map_length md5_keys mptcp_subflows mptcp_add_addr_signal mptcp_add_addr_accepted mptcp_subflows_max mptcp_add_addr_signal_max mptcp_add_addr_accepted_max mptcp_flags mptcp_token mptcp_write_seq mptcp_snd_una mptcp_rcv_nxt mptcp_local_addr_used mptcp_local_addr_max mptcp_csum_enabled mptcp_retransmits mptcp_bytes_retrans mptcp_bytes_sent mptcp_bytes_received mptcp_bytes_acked mptcp_subflows_total mptcp_endp_laminar_max mptcp_last_data_sent mptcp_last_data_recv mptcp_last_ack_recv mptcp_fallback mptcp_remote_key sctp_association sctp_locals sctp_peers sctp_p_address sctp_tag sctp_state sctp_rwnd sctp_unackdata sctp_penddata sctp_instrms sctp_outstrms sctp_fragmentation_point sctp_inqueue sctp_outqueue sctp_overall_error sctp_max_burst sctp_maxseg sctp_peer_rwnd sctp_peer_tag sctp_peer_capable sctp_peer_sack sctp_isacks sctp_osacks sctp_opackets sctp_ipackets sctp_rtxchunks sctp_outofseqtsns sctp_idupchunks sctp_gapcnt sctp_ouodchunks sctp_iuodchunks sctp_oodchunks sctp_iodchunks sctp_octrlchunks sctp_ictrlchunks sctp_p_state sctp_p_cwnd sctp_p_srtt sctp_p_rto sctp_p_hbinterval sctp_p_pathmaxrxt sctp_p_sackdelay sctp_p_sackfreq sctp_p_ssthresh sctp_p_partial_bytes_acked sctp_p_flight_size sctp_p_error sctp_s_autoclose sctp_s_adaptation_ind sctp_s_pd_point sctp_s_nodelay sctp_s_disable_fragments sctp_s_v4mapped sctp_s_frag_interleave sctp_s_type nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout packet_fanout_type packet_copy_thresh packet_flags packet_rx_ring packet_tx_ring bpf_length bpf_filter local_cid peer_cid xdp_queue xdp_rx_entries xdp_tx_entries xdp_fill_entries xdp_completion_entries xdp_umem_id xdp_umem_size xdp_umem_pages xdp_umem_chunk_size xdp_umem_headroom xdp_umem_ifindex xdp_umem_queue xdp_umem_refs xdp_zerocopy xdp_rx_dropped xdp_rx_invalid xdp_rx_full xdp_fill_ring_empty xdp_tx_invalid xdp_tx_ring_empty tipc_node tipc_ref tipc_peer_node tipc_peer_ref tipc_via_type tipc_via_instance tipc_congestion tipc_drops tipc_published tipc_group tipc_group_instance tipc_group_send_next tipc_group_scope tipc_group_open mem process peer_process netns_text timer_text details tos_text cgroup_text sockopt_text packet_details rx_ring_text tx_ring_text fanout_text bpf_text skmem info tipcinfo @ss @mem @all'
            return
            ;;
        --list-columns)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'text json' -- "$cur"))
                return
            fi
            ;;
        --sort)
            _skq_list words 'time result error family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie netns netns_name uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev dgram_queue dgram_limit dgram_fill fds_in_flight in_flight pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit context socket_context timer timer_expires timer_retrans v6only mark cgroup_id cgroup_path tos tclass class_id sockopt_recverr sockopt_is_icsk sockopt_freebind sockopt_hdrincl sockopt_mc_loop sockopt_transparent sockopt_mc_all sockopt_nodefrag sockopt_bind_addr_no_port sockopt_recverr_rfc4884 sockopt_defer_connect cong vegas_enabled vegas_rttcnt vegas_rtt vegas_minrtt dctcp_enabled dctcp_ce_state dctcp_alpha dctcp_ab_ecn dctcp_ab_tot bbr_bw bbr_min_rtt bbr_pacing_gain bbr_cwnd_gain tcp_state tcp_ca_state tcp_retransmits tcp_probes tcp_backoff tcp_options tcp_snd_wscale tcp_rcv_wscale tcp_delivery_rate_app_limited tcp_fastopen_client_fail tcp_rto tcp_ato tcp_snd_mss tcp_rcv_mss tcp_unacked tcp_sacked tcp_lost tcp_retrans tcp_fackets tcp_last_data_sent tcp_last_ack_sent tcp_last_data_recv tcp_last_ack_recv tcp_pmtu tcp_rcv_ssthresh tcp_rtt tcp_rttvar tcp_snd_ssthresh tcp_snd_cwnd tcp_advmss tcp_reordering tcp_rcv_rtt tcp_rcv_space tcp_total_retrans tcp_pacing_rate tcp_max_pacing_rate tcp_bytes_acked tcp_bytes_received tcp_segs_out tcp_segs_in tcp_notsent_bytes tcp_min_rtt tcp_data_segs_in tcp_data_segs_out tcp_delivery_rate tcp_busy_time tcp_rwnd_limited tcp_sndbuf_limited tcp_delivered tcp_delivered_ce tcp_bytes_sent tcp_bytes_retrans tcp_dsack_dups tcp_reord_seen tcp_rcv_ooopack tcp_snd_wnd tcp_rcv_wnd tcp_rehash tcp_total_rto tcp_total_rto_recoveries tcp_total_rto_time tcp_received_ce tcp_delivered_e1_bytes tcp_delivered_e0_bytes tcp_delivered_ce_bytes tcp_received_e1_bytes tcp_received_e0_bytes tcp_received_ce_bytes tcp_accecn_fail_mode tcp_accecn_opt_seen tcp_ts tcp_usec_ts tcp_sack tcp_wscale tcp_ecn tcp_ecnseen tcp_fastopen tcp_send_rate tcp_rwnd_limited_percent tcp_sndbuf_limited_percent send_rate recv_rate retrans_rate ulp tls_version tls_cipher tls_rxconf tls_txconf tls_zc_ro_tx tls_no_pad_rx subflow_flags subflow_token subflow_token_remote subflow_id subflow_id_remote subflow_map_seq subflow_map_sfseq subflow_ssn_offset subflow_map_length md5_keys mptcp_subflows mptcp_add_addr_signal mptcp_add_addr_accepted mptcp_subflows_max mptcp_add_addr_signal_max mptcp_add_addr_accepted_max mptcp_flags mptcp_token mptcp_write_seq mptcp_snd_una mptcp_rcv_nxt mptcp_local_addr_used mptcp_local_addr_max mptcp_csum_enabled mptcp_retransmits mptcp_bytes_retrans mptcp_bytes_sent mptcp_bytes_received mptcp_bytes_acked mptcp_subflows_total mptcp_endp_laminar_max mptcp_last_data_sent mptcp_last_data_recv mptcp_last_ack_recv mptcp_fallback mptcp_remote_key sctp_association sctp_locals sctp_peers sctp_p_address sctp_tag sctp_state sctp_rwnd sctp_unackdata sctp_penddata sctp_instrms sctp_outstrms sctp_fragmentation_point sctp_inqueue sctp_outqueue sctp_overall_error sctp_max_burst sctp_maxseg sctp_peer_rwnd sctp_peer_tag sctp_peer_capable sctp_peer_sack sctp_isacks sctp_osacks sctp_opackets sctp_ipackets sctp_rtxchunks sctp_outofseqtsns sctp_idupchunks sctp_gapcnt sctp_ouodchunks sctp_iuodchunks sctp_oodchunks sctp_iodchunks sctp_octrlchunks sctp_ictrlchunks sctp_p_state sctp_p_cwnd sctp_p_srtt sctp_p_rto sctp_p_hbinterval sctp_p_pathmaxrxt sctp_p_sackdelay sctp_p_sackfreq sctp_p_ssthresh sctp_p_partial_bytes_acked sctp_p_flight_size sctp_p_error sctp_s_autoclose sctp_s_adaptation_ind sctp_s_pd_point sctp_s_nodelay sctp_s_disable_fragments sctp_s_v4mapped sctp_s_frag_interleave sctp_s_type nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout packet_fanout_type packet_copy_thresh packet_flags packet_rx_ring packet_tx_ring bpf_length bpf_filter local_cid peer_cid xdp_queue xdp_rx_entries xdp_tx_entries xdp_fill_entries xdp_completion_entries xdp_umem_id xdp_umem_size xdp_umem_pages xdp_umem_chunk_size xdp_umem_headroom xdp_umem_ifindex xdp_umem_queue xdp_umem_refs xdp_zerocopy xdp_rx_dropped xdp_rx_invalid xdp_rx_full xdp_fill_ring_empty xdp_tx_invalid xdp_tx_ring_empty tipc_node tipc_ref tipc_peer_node tipc_peer_ref tipc_via_type tipc_via_instance tipc_congestion tipc_drops tipc_published tipc_group tipc_group_instance tipc_group_send_next tipc_group_scope tipc_group_open mem process peer_process netns_text timer_text details tos_text cgroup_text sockopt_text packet_details rx_ring_text tx_ring_text fanout_text bpf_text skmem info tipcinfo -time -result -error -family -netid -state -recv_q -send_q -local -peer -local_addr -local_port -peer_addr -peer_port -dev -path -path_b64 -abstract -inode -cookie -netns -netns_name -uid -user -shutdown -rmem_alloc -rcvbuf -wmem_alloc -sndbuf -fwd_alloc -wmem_queued -optmem -sk_backlog -drops -send_mem -send_fill -writable -recv_mem -recv_limit -recv_fill -payload_percent -accept_queue -accept_limit -accept_fill -fill -peer_inode -peer_status -vfs_ino -vfs_dev -dgram_queue -dgram_limit -dgram_fill -fds_in_flight -in_flight -pending -pid -comm -fd -owners -peer_pid -peer_comm -peer_fd -peer_owners -cgroup -container -cmdline -unit -context -socket_context -timer -timer_expires -timer_retrans -v6only -mark -cgroup_id -cgroup_path -tos -tclass -class_id -sockopt_recverr -sockopt_is_icsk -sockopt_freebind -sockopt_hdrincl -sockopt_mc_loop -sockopt_transparent -sockopt_mc_all -sockopt_nodefrag -sockopt_bind_addr_no_port -sockopt_recverr_rfc4884 -sockopt_defer_connect -cong -vegas_enabled -vegas_rttcnt -vegas_rtt -vegas_minrtt -dctcp_enabled -dctcp_ce_state -dctcp_alpha -dctcp_ab_ecn -dctcp_ab_tot -bbr_bw -bbr_min_rtt -bbr_pacing_gain -bbr_cwnd_gain -tcp_state -tcp_ca_state -tcp_retransmits -tcp_probes -tcp_backoff -tcp_options -tcp_snd_wscale -tcp_rcv_wscale -tcp_delivery_rate_app_limited -tcp_fastopen_client_fail -tcp_rto -tcp_ato -tcp_snd_mss -tcp_rcv_mss -tcp_unacked -tcp_sacked -tcp_lost -tcp_retrans -tcp_fackets -tcp_last_data_sent -tcp_last_ack_sent -tcp_last_data_recv -tcp_last_ack_recv -tcp_pmtu -tcp_rcv_ssthresh -tcp_rtt -tcp_rttvar -tcp_snd_ssthresh -tcp_snd_cwnd -tcp_advmss -tcp_reordering -tcp_rcv_rtt -tcp_rcv_space -tcp_total_retrans -tcp_pacing_rate -tcp_max_pacing_rate -tcp_bytes_acked -tcp_bytes_received -tcp_segs_out -tcp_segs_in -tcp_notsent_bytes -tcp_min_rtt -tcp_data_segs_in -tcp_data_segs_out -tcp_delivery_rate -tcp_busy_time -tcp_rwnd_limited -tcp_sndbuf_limited -tcp_delivered -tcp_delivered_ce -tcp_bytes_sent -tcp_bytes_retrans -tcp_dsack_dups -tcp_reord_seen -tcp_rcv_ooopack -tcp_snd_wnd -tcp_rcv_wnd -tcp_rehash -tcp_total_rto -tcp_total_rto_recoveries -tcp_total_rto_time -tcp_received_ce -tcp_delivered_e1_bytes -tcp_delivered_e0_bytes -tcp_delivered_ce_bytes -tcp_received_e1_bytes -tcp_received_e0_bytes -tcp_received_ce_bytes -tcp_accecn_fail_mode -tcp_accecn_opt_seen -tcp_ts -tcp_usec_ts -tcp_sack -tcp_wscale -tcp_ecn -tcp_ecnseen -tcp_fastopen -tcp_send_rate -tcp_rwnd_limited_percent -tcp_sndbuf_limited_percent -send_rate -recv_rate -retrans_rate -ulp -tls_version -tls_cipher -tls_rxconf -tls_txconf -tls_zc_ro_tx -tls_no_pad_rx -subflow_flags -subflow_token -subflow_token_remote -subflow_id -subflow_id_remote -subflow_map_seq -subflow_map_sfseq -subflow_ssn_offset -subflow_map_length -md5_keys -mptcp_subflows -mptcp_add_addr_signal -mptcp_add_addr_accepted -mptcp_subflows_max -mptcp_add_addr_signal_max -mptcp_add_addr_accepted_max -mptcp_flags -mptcp_token -mptcp_write_seq -mptcp_snd_una -mptcp_rcv_nxt -mptcp_local_addr_used -mptcp_local_addr_max -mptcp_csum_enabled -mptcp_retransmits -mptcp_bytes_retrans -mptcp_bytes_sent -mptcp_bytes_received -mptcp_bytes_acked -mptcp_subflows_total -mptcp_endp_laminar_max -mptcp_last_data_sent -mptcp_last_data_recv -mptcp_last_ack_recv -mptcp_fallback -mptcp_remote_key -sctp_association -sctp_locals -sctp_peers -sctp_p_address -sctp_tag -sctp_state -sctp_rwnd -sctp_unackdata -sctp_penddata -sctp_instrms -sctp_outstrms -sctp_fragmentation_point -sctp_inqueue -sctp_outqueue -sctp_overall_error -sctp_max_burst -sctp_maxseg -sctp_peer_rwnd -sctp_peer_tag -sctp_peer_capable -sctp_peer_sack -sctp_isacks -sctp_osacks -sctp_opackets -sctp_ipackets -sctp_rtxchunks -sctp_outofseqtsns -sctp_idupchunks -sctp_gapcnt -sctp_ouodchunks -sctp_iuodchunks -sctp_oodchunks -sctp_iodchunks -sctp_octrlchunks -sctp_ictrlchunks -sctp_p_state -sctp_p_cwnd -sctp_p_srtt -sctp_p_rto -sctp_p_hbinterval -sctp_p_pathmaxrxt -sctp_p_sackdelay -sctp_p_sackfreq -sctp_p_ssthresh -sctp_p_partial_bytes_acked -sctp_p_flight_size -sctp_p_error -sctp_s_autoclose -sctp_s_adaptation_ind -sctp_s_pd_point -sctp_s_nodelay -sctp_s_disable_fragments -sctp_s_v4mapped -sctp_s_frag_interleave -sctp_s_type -nl_protocol -nl_portid -nl_groups -packet_protocol -packet_version -packet_fanout -packet_fanout_type -packet_copy_thresh -packet_flags -packet_rx_ring -packet_tx_ring -bpf_length -bpf_filter -local_cid -peer_cid -xdp_queue -xdp_rx_entries -xdp_tx_entries -xdp_fill_entries -xdp_completion_entries -xdp_umem_id -xdp_umem_size -xdp_umem_pages -xdp_umem_chunk_size -xdp_umem_headroom -xdp_umem_ifindex -xdp_umem_queue -xdp_umem_refs -xdp_zerocopy -xdp_rx_dropped -xdp_rx_invalid -xdp_rx_full -xdp_fill_ring_empty -xdp_tx_invalid -xdp_tx_ring_empty -tipc_node -tipc_ref -tipc_peer_node -tipc_peer_ref -tipc_via_type -tipc_via_instance -tipc_congestion -tipc_drops -tipc_published -tipc_group -tipc_group_instance -tipc_group_send_next -tipc_group_scope -tipc_group_open -mem -process -peer_process -netns_text -timer_text -details -tos_text -cgroup_text -sockopt_text -packet_details -rx_ring_text -tx_ring_text -fanout_text -bpf_text -skmem -info -tipcinfo'
            return
            ;;
        --limit)
            return
            ;;
        --where)
            return
            ;;
        -F | --filter)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --settle)
            return
            ;;
        -D | --diag)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --from)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --at)
            return
            ;;
        --begin)
            return
            ;;
        --end)
            return
            ;;
        --dir)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --full-every)
            return
            ;;
        --keep-days)
            return
            ;;
        --max-bytes)
            return
            ;;
        --interval)
            return
            ;;
        --count)
            return
            ;;
        --warning)
            return
            ;;
        --critical)
            return
            ;;
        --timeout)
            return
            ;;
        --output)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --log-level)
            COMPREPLY=($(compgen -W 'trace debug info warning error critical off' -- "$cur"))
            return
            ;;
        --log-file)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -f -- "$cur"))
            return
            ;;
        --help)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'all columns filter examples states why record diff check' -- "$cur"))
                return
            fi
            ;;
        state | exclude)
            COMPREPLY=($(compgen -W 'all connected synchronized bucket big established syn-sent syn-recv syn-rcv fin-wait-1 fin-wait-2 time-wait closed close unconnected close-wait last-ack listening closing bound-inactive listen estab unconn new-syn-recv' -- "$cur"))
            return
            ;;
        src | dst | sport | dport)
            return
            ;;
    esac
    if [[ $cur == -* ]]; then
        local options
        case $command in
            why) options='--net= -N --numeric -n --resolve -r --bpf -b --color --json -J --json-lines --format= --watch -W --settle= --from= --at= --begin= --end= --output= --strict --exit-code --log-level= --log-file= --help -h --version -V' ;;
            record) options='--tcp -t --udp -u --raw -w --unix -x --packet -0 --family= -f --query= -A --ipv4 -4 --ipv6 -6 --all -a --listening -l --sctp -S --dccp -d --mptcp -M --tipc --vsock --xdp --bound-inactive -B --net= -N --all-netns --processes -p --threads -T --extended -e --memory -m --numeric -n --resolve -r --options -o --info -i --tos --cgroup --tipcinfo --inet-sockopt --bpf -b --context -Z --contexts -z --json -J --json-lines --format= --columns= -c --where= --filter= -F --settle= --dir= --list --why --full-every= --keep-days= --max-bytes= --interval= --count= --strict --log-level= --log-file= --help -h --version -V' ;;
            diff) options='--tcp -t --udp -u --raw -w --unix -x --packet -0 --family= -f --query= -A --ipv4 -4 --ipv6 -6 --all -a --listening -l --sctp -S --dccp -d --mptcp -M --tipc --vsock --xdp --bound-inactive -B --net= -N --all-netns --numeric -n --resolve -r --no-header -H --bytes --color --json -J --json-lines --format= --limit= --where= --filter= -F --from= --output= --strict --log-level= --log-file= --help -h --version -V' ;;
            check) options='--tcp --udp -u --raw --unix -x --packet -0 --family= -f --query= -A --ipv4 -4 --ipv6 -6 --all -a --listening -l --sctp -S --dccp -d --mptcp -M --tipc --vsock --xdp --bound-inactive -B --net= -N --all-netns --numeric -n --resolve -r --where= --filter= -F --settle= --warning= -w --critical= -c --timeout= -t --log-level= --log-file= --help -h --version -V' ;;
            *) options='--tcp -t --udp -u --raw -w --unix -x --packet -0 --family= -f --query= -A --ipv4 -4 --ipv6 -6 --all -a --listening -l --sctp -S --dccp -d --mptcp -M --tipc --vsock --xdp --bound-inactive -B --net= -N --all-netns --processes -p --threads -T --extended -e --memory -m --numeric -n --resolve -r --options -o --info -i --tos --cgroup --tipcinfo --inet-sockopt --bpf -b --context -Z --contexts -z --no-header -H --oneline -O --no-queues -Q --bytes --color --json -J --json-lines --format= --watch -W --rates --columns= -c --list-columns --sort= --limit= --where= --filter= -F --settle= --no-findings --summary -s --limits --events -E --kill -K --yes --diag= -D --from= --at= --begin= --end= --output= --strict --exit-code --log-level= --log-file= --help -h --version -V' ;;
        esac
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
        return
    fi
    if [[ $command == why || $command == diff ]]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$cur"))
        return
    fi
    COMPREPLY=($(compgen -W 'state exclude src dst sport dport dev fwmark cgroup autobound and or not' -- "$cur"))
    [[ $COMP_CWORD -eq 1 ]] && COMPREPLY+=($(compgen -W 'why record diff check' -- "$cur"))
}

complete -F _skq skq
