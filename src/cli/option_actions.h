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

Problem numeric(Settings& settings, const Given& given);
Problem resolve(Settings& settings, const Given& given);
Problem extended(Settings& settings, const Given& given);
Problem memory(Settings& settings, const Given& given);
Problem processes(Settings& settings, const Given& given);
Problem threads(Settings& settings, const Given& given);

Problem no_header(Settings& settings, const Given& given);
Problem oneline(Settings& settings, const Given& given);
Problem no_queues(Settings& settings, const Given& given);
Problem bytes(Settings& settings, const Given& given);
Problem color(Settings& settings, const Given& given);
Problem json(Settings& settings, const Given& given);
Problem json_lines(Settings& settings, const Given& given);
Problem format(Settings& settings, const Given& given);

Problem columns(Settings& settings, const Given& given);
Problem sort(Settings& settings, const Given& given);
Problem where(Settings& settings, const Given& given);
Problem limit(Settings& settings, const Given& given);

Problem output(Settings& settings, const Given& given);
Problem strict(Settings& settings, const Given& given);
Problem exit_code(Settings& settings, const Given& given);
Problem log_level(Settings& settings, const Given& given);
Problem log_file(Settings& settings, const Given& given);

}  // namespace skq::cli::action
