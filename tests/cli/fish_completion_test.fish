# Sources the fish completion and asks it for some command lines. $argv[1]: the completion file.
source $argv[1]
set -g failed 0

# expect LINE WORD... : these are among what is offered
function expect
    set -l offered (complete -C "$argv[1]" | string replace -r '\t.*' '')
    for word in $argv[2..]
        contains -- $word $offered; and continue
        echo "$argv[1]: $word is not offered; got $offered"
        set -g failed 1
    end
end

expect 'skq --js' --json --json-lines
expect 'skq --format=js' --format=json --format=jsonl
expect 'skq --format js' json jsonl
expect 'skq -f in' inet inet6
expect 'skq -c send_' send_mem send_fill
expect 'skq -c netid,send_' netid,send_mem
expect 'skq --sort=-fi' --sort=-fill
expect 'skq -t state lis' listening
expect 'skq -t sp' sport
expect 'skq wh' why
expect 'skq why --set' --settle
expect 'skq why --format=js' --format=json --format=jsonl
expect 'skq diff --format=c'
expect 'skq --format=c' --format=csv

# refuse LINE WORD... : these are not
function refuse
    set -l offered (complete -C "$argv[1]" | string replace -r '\t.*' '')
    for word in $argv[2..]
        contains -- $word $offered; or continue
        echo "$argv[1]: $word is offered"
        set -g failed 1
    end
end

refuse 'skq why --whe' --where
expect 'skq record --keep' --keep-days
refuse 'skq --keep' --keep-days
refuse 'skq why sta' state
exit $failed
