// What each built option does to the Settings. Named after the option's long name.
#pragma once

#include "cli/settings.h"
#include "cli/usage_error.h"

namespace skq::cli::action {

Problem help(Settings& settings, const Given& given);
Problem version(Settings& settings, const Given& given);
Problem list_columns(Settings& settings, const Given& given);
Problem generate(Settings& settings, const Given& given);

Problem tcp(Settings& settings, const Given& given);
Problem udp(Settings& settings, const Given& given);
Problem raw(Settings& settings, const Given& given);
Problem unix_sockets(Settings& settings, const Given& given);
Problem packet(Settings& settings, const Given& given);
Problem ipv4(Settings& settings, const Given& given);
Problem ipv6(Settings& settings, const Given& given);
Problem family(Settings& settings, const Given& given);
Problem query(Settings& settings, const Given& given);
Problem all(Settings& settings, const Given& given);
Problem listening(Settings& settings, const Given& given);
Problem sctp(Settings& settings, const Given& given);
Problem dccp(Settings& settings, const Given& given);
Problem mptcp(Settings& settings, const Given& given);
Problem tipc(Settings& settings, const Given& given);
Problem vsock(Settings& settings, const Given& given);
Problem xdp(Settings& settings, const Given& given);
Problem bound_inactive(Settings& settings, const Given& given);
Problem net(Settings& settings, const Given& given);
Problem all_netns(Settings& settings, const Given& given);

Problem numeric(Settings& settings, const Given& given);
Problem resolve(Settings& settings, const Given& given);
Problem extended(Settings& settings, const Given& given);
Problem memory(Settings& settings, const Given& given);
Problem processes(Settings& settings, const Given& given);
Problem threads(Settings& settings, const Given& given);
Problem options(Settings& settings, const Given& given);
Problem info(Settings& settings, const Given& given);
Problem tos(Settings& settings, const Given& given);
Problem cgroup(Settings& settings, const Given& given);
Problem tipcinfo(Settings& settings, const Given& given);
Problem inet_sockopt(Settings& settings, const Given& given);
Problem bpf(Settings& settings, const Given& given);
Problem context(Settings& settings, const Given& given);
Problem contexts(Settings& settings, const Given& given);

Problem no_header(Settings& settings, const Given& given);
Problem oneline(Settings& settings, const Given& given);
Problem no_queues(Settings& settings, const Given& given);
Problem bytes(Settings& settings, const Given& given);
Problem color(Settings& settings, const Given& given);
Problem json(Settings& settings, const Given& given);
Problem json_lines(Settings& settings, const Given& given);
Problem format(Settings& settings, const Given& given);

Problem watch(Settings& settings, const Given& given);
Problem settle(Settings& settings, const Given& given);
Problem no_findings(Settings& settings, const Given& given);
Problem rates(Settings& settings, const Given& given);
Problem filter(Settings& settings, const Given& given);
Problem summary(Settings& settings, const Given& given);
Problem limits(Settings& settings, const Given& given);
Problem events(Settings& settings, const Given& given);
Problem kill(Settings& settings, const Given& given);
Problem yes(Settings& settings, const Given& given);
Problem diag(Settings& settings, const Given& given);
Problem from(Settings& settings, const Given& given);

Problem columns(Settings& settings, const Given& given);
Problem sort(Settings& settings, const Given& given);
Problem where(Settings& settings, const Given& given);
Problem limit(Settings& settings, const Given& given);

Problem output(Settings& settings, const Given& given);
Problem strict(Settings& settings, const Given& given);
Problem exit_code(Settings& settings, const Given& given);
Problem log_level(Settings& settings, const Given& given);
Problem log_file(Settings& settings, const Given& given);

Problem at(Settings& settings, const Given& given);
Problem begin(Settings& settings, const Given& given);
Problem end(Settings& settings, const Given& given);
Problem dir(Settings& settings, const Given& given);
Problem record_list(Settings& settings, const Given& given);
Problem record_findings(Settings& settings, const Given& given);
Problem full_every(Settings& settings, const Given& given);
Problem keep_days(Settings& settings, const Given& given);
Problem max_bytes(Settings& settings, const Given& given);
Problem interval(Settings& settings, const Given& given);
Problem count(Settings& settings, const Given& given);
Problem warning(Settings& settings, const Given& given);
Problem critical(Settings& settings, const Given& given);
Problem timeout(Settings& settings, const Given& given);

}  // namespace skq::cli::action
