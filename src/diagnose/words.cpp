#include "diagnose/words.h"

#include <array>
#include <cmath>

namespace skq {
namespace {

constexpr std::array<std::string_view, 15> rule_names{"unix-send-blocked",
                                                      "unix-dgram-receiver-full",
                                                      "unix-accept-queue-full",
                                                      "unix-accept-queue-filling",
                                                      "wait-cycle",
                                                      "tcp-peer-not-reading",
                                                      "tcp-accept-queue-full",
                                                      "udp-receive-full",
                                                      "unread-data",
                                                      "orphaned-socket",
                                                      "peer-gone",
                                                      "close-wait",
                                                      "netlink-overrun",
                                                      "packet-drops",
                                                      "memory-pressure"};
constexpr std::array<std::string_view, 3> severity_names{"critical", "warning", "info"};
constexpr std::array<std::string_view, 3> confidence_names{"certain", "likely", "possible"};
constexpr std::array<std::string_view, 8> doing_names{"stopped", "traced",   "disk-wait", "zombie",
                                                      "running", "sleeping", "waiting",   "gone"};

}  // namespace

std::string_view to_text(Rule rule) { return rule_names.at(static_cast<std::size_t>(rule)); }
std::string_view to_text(Severity severity) { return severity_names.at(static_cast<std::size_t>(severity)); }
std::string_view to_text(Confidence confidence) { return confidence_names.at(static_cast<std::size_t>(confidence)); }
std::string_view to_text(Doing doing) { return doing_names.at(static_cast<std::size_t>(doing)); }

}  // namespace skq

namespace skq::diagnosing {

std::string process_name(std::string_view comm, std::optional<int> pid) {
  if (!pid) return comm.empty() ? "a process that is not visible here" : std::string(comm);
  return (comm.empty() ? std::string("a process") : std::string(comm)) + " (pid " + std::to_string(*pid) + ")";
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  if (whole >= 3600) return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
  if (whole >= 120) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  const auto tenths = static_cast<long long>(std::floor(seconds * 10));
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace skq::diagnosing
