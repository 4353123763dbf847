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
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # bash takes --name=value apart at the equals sign.
    if [[ $cur == '=' ]]; then
        cur=''
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $cur == --*=* ]]; then
        prev=${cur%%=*} cur=${cur#*=}
    fi
    [[ $prev == -[!-]?* && $prev != *= ]] && prev=-${prev: -1}
    case $prev in
        -f | --family)
            COMPREPLY=($(compgen -W 'inet inet6 link unix netlink' -- "$cur"))
            return
            ;;
        -A | --query | --socket)
            _skq_list words 'all !all inet !inet tcp !tcp udp !udp raw !raw unix !unix unix_stream !unix_stream u_str !u_str unix_dgram !unix_dgram u_dgr !u_dgr unix_seqpacket !unix_seqpacket u_seq !u_seq packet !packet packet_raw !packet_raw p_raw !p_raw packet_dgram !packet_dgram p_dgr !p_dgr netlink !netlink'
            return
            ;;
        -N | --net)
            return
            ;;
        --color)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
                return
            fi
            ;;
        --format)
            COMPREPLY=($(compgen -W 'table raw csv json jsonl' -- "$cur"))
            return
            ;;
        --watch)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                    return
            fi
            ;;
        -c | --columns)
            _skq_list columns 'time result error family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit v6only mark cgroup_id tos tclass class_id cong nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout mem process peer_process details skmem @ss @mem @all'
            return
            ;;
        --list-columns)
            if [[ ${COMP_WORDS[COMP_CWORD]} == *=* || ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                COMPREPLY=($(compgen -W 'text json' -- "$cur"))
                return
            fi
            ;;
        --sort)
            _skq_list words 'time result error family netid state recv_q send_q local peer local_addr local_port peer_addr peer_port dev path path_b64 abstract inode cookie uid user shutdown rmem_alloc rcvbuf wmem_alloc sndbuf fwd_alloc wmem_queued optmem sk_backlog drops send_mem send_fill writable recv_mem recv_limit recv_fill payload_percent accept_queue accept_limit accept_fill fill peer_inode peer_status vfs_ino vfs_dev pending pid comm fd owners peer_pid peer_comm peer_fd peer_owners cgroup container cmdline unit v6only mark cgroup_id tos tclass class_id cong nl_protocol nl_portid nl_groups packet_protocol packet_version packet_fanout mem process peer_process details skmem -time -result -error -family -netid -state -recv_q -send_q -local -peer -local_addr -local_port -peer_addr -peer_port -dev -path -path_b64 -abstract -inode -cookie -uid -user -shutdown -rmem_alloc -rcvbuf -wmem_alloc -sndbuf -fwd_alloc -wmem_queued -optmem -sk_backlog -drops -send_mem -send_fill -writable -recv_mem -recv_limit -recv_fill -payload_percent -accept_queue -accept_limit -accept_fill -fill -peer_inode -peer_status -vfs_ino -vfs_dev -pending -pid -comm -fd -owners -peer_pid -peer_comm -peer_fd -peer_owners -cgroup -container -cmdline -unit -v6only -mark -cgroup_id -tos -tclass -class_id -cong -nl_protocol -nl_portid -nl_groups -packet_protocol -packet_version -packet_fanout -mem -process -peer_process -details -skmem'
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
                COMPREPLY=($(compgen -W 'all columns filter examples states' -- "$cur"))
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
        COMPREPLY=($(compgen -W '--tcp -t --udp -u --raw -w --unix -x --packet -0 --family= -f --query= -A --ipv4 -4 --ipv6 -6 --all -a --listening -l --sctp -S --dccp -d --mptcp -M --tipc --vsock --xdp --bound-inactive -B --net= -N --processes -p --threads -T --extended -e --memory -m --numeric -n --resolve -r --options -o --info -i --tos --cgroup --tipcinfo --inet-sockopt --bpf -b --context -Z --contexts -z --no-header -H --oneline -O --no-queues -Q --bytes --color --json -J --json-lines --format= --watch -W --rates --columns= -c --list-columns --sort= --limit= --where= --filter= -F --summary -s --limits --events -E --kill -K --yes --diag= -D --from= --output= --strict --exit-code --log-level= --log-file= --help -h --version -V' -- "$cur"))
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
        return
    fi
    COMPREPLY=($(compgen -W 'state exclude src dst sport dport dev fwmark cgroup autobound and or not' -- "$cur"))
}

complete -F _skq skq
