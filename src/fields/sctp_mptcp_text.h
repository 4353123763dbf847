// What -i tells of sctp and mptcp sockets, and the members of their structs that the fields read.
//
// To show another member: a row in the tables of sctp_mptcp_text.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/struct_member.h"
#include "skq/socket.h"

namespace skq::fields {

/// A member of struct sctp_info; empty for the half that the kernel does not fill for this kind of row.
std::optional<std::uint64_t> sctp_member(const Socket& socket, const model::StructMember& member);
/// A member of struct mptcp_info.
std::optional<std::uint64_t> mptcp_member(const Socket& socket, const model::StructMember& member);

/// 10.0.0.1,2001:db8::1
void append_sctp_addresses(std::string& out, std::span<const SctpAddress> addresses);

/// What ss -i writes: locals:… peers:… tag:…; what is 0 is left out. Nothing for a row that is not sctp.
void append_sctp_info(std::string& out, const Socket& socket);
/// subflows_max:2 remote_key token:…; the same for mptcp.
void append_mptcp_info(std::string& out, const Socket& socket);

}  // namespace skq::fields
