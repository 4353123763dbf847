// From a DumpRequest to the bytes that ask the kernel for it: only the attributes and states that somebody needs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/bytes.h"
#include "skq/source.h"

namespace skq::kernel {

/// The whole netlink message of a dump.
std::vector<std::byte> request_bytes(const DumpRequest& request, std::uint32_t sequence);

/// Which dump a request's bytes ask for, whatever its states and attributes.
struct RequestKey {
  std::uint8_t family = 0;
  std::uint32_t protocol = 0;
  bool pending = false;  ///< the apart-asked ICONS dump
  bool operator==(const RequestKey&) const = default;
};

/// Empty: too short to be a request.
std::optional<RequestKey> key_of(ByteSpan request);

/// The states that the kernel was asked for. They stand in the same place for every family that has states
/// (FamilyRow::has_states); for others this reads something else. Empty: too short.
std::optional<StateSet> states_in(ByteSpan request);

/// The value of INET_DIAG_REQ_BYTECODE; empty: every row was asked for.
ByteSpan tests_in(ByteSpan request);

/// nlmsg_seq of a request.
std::optional<std::uint32_t> sequence_of(ByteSpan request);

/// IPPROTO_ of an inet table, 0 for all others. That of mptcp does not fit sdiag_protocol.
std::uint32_t inet_protocol(Netid netid);

// Appenders of the family table.
void request_unix(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_inet(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_netlink(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_packet(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_vsock(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_xdp(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);
void request_tipc(const DumpRequest& request, std::uint8_t number, std::vector<std::byte>& to);

}  // namespace skq::kernel
