#!/bin/bash
# Sources the bash completion and asks it for some command lines. $1: the completion file.
set -u
compopt() { :; }
# shellcheck source=/dev/null
source "$1" || exit 1
failed=0

# complete WORD... : what is offered for the last word
offered() {
    COMP_WORDS=(skq "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _skq
}

# expect 'WORDS OFFERED' WORD... ; * for "these among others"
expect() {
    local expected=$1
    shift
    offered "$@"
    local got=" ${COMPREPLY[*]-} " word
    if [[ $expected == *' *' ]]; then
        for word in ${expected% \*}; do
            [[ $got == *" $word "* ]] || { echo "skq $*: $word is not offered; got$got"; failed=1; }
        done
    elif [[ $got != " $expected " && "$got$expected" != '  ' ]]; then
        echo "skq $*: expected '$expected', got '$got'"
        failed=1
    fi
}

expect '--json --json-lines' --js
expect '--columns= -c *' -
expect 'json jsonl' --format = js
expect 'json jsonl' --format js
expect 'json jsonl' --format=js
expect 'auto' --color = au
expect '' --color = zz
expect 'state src dst *' --color ''
expect 'inet inet6' -f in
expect 'inet inet6' -tf in
expect 'tcp,udp' -A tcp,ud
expect 'tcp,!udp' -A 'tcp,!ud'
expect 'send_mem send_fill *' -c send_
expect 'netid,send_q *' -c netid,send_
expect '+send_mem *' -c +send_m
expect '-send_mem *' --sort = -send_m
expect 'fill,-send_mem' --sort fill,-send_mem
expect '@ss' -c @s
expect 'debug' --log-level = de
expect 'listening listen' -t state lis
expect 'listening listen' exclude lis
expect '' -t src ''
expect 'sport' -t sp
expect 'filter' --help = fi
expect 'why' wh
expect '' -t wh
expect '--settle=' why --set
expect '' why --wher
expect '--where=' --wher
expect '' --keep-d
expect '--keep-days=' record --keep-d
expect 'record' rec
expect '' check -c @s
expect 'json jsonl' why --format=js
expect 'table' why --format=t
expect '' diff --format=c
expect '' record --format p
exit $failed
