#include "model/socket_copy.h"

namespace skq {
namespace {

template <class T>
const T* copied_if_any(const T* value, Arena& arena) {
  return value == nullptr ? nullptr : arena.make<T>(*value);
}

struct PartCopier {
  Arena& arena;

  void operator()(std::monostate&) const {}
  void operator()(UnixPart& part) const {
    part.name = arena.keep(part.name);
    part.pending = arena.keep(part.pending);
    part.queue = copied_if_any(part.queue, arena);
  }
  void operator()(InetPart& part) const {
    if (part.detail == nullptr) return;
    auto* const detail = arena.make<InetDetail>(*part.detail);
    detail->cong = arena.keep(detail->cong);
    detail->tcp_info = arena.keep(detail->tcp_info);
    detail->md5sig = arena.keep(detail->md5sig);
    detail->locals = arena.keep(detail->locals);
    detail->peers = arena.keep(detail->peers);
    detail->sk_bpf_storages = arena.keep(detail->sk_bpf_storages);
    if (detail->ulp) {
      detail->ulp->name = arena.keep(detail->ulp->name);
      detail->ulp->tls = arena.keep(detail->ulp->tls);
      detail->ulp->mptcp = arena.keep(detail->ulp->mptcp);
    }
    part.detail = detail;
  }
  void operator()(NetlinkPart& part) const {
    part.rx_ring = copied_if_any(part.rx_ring, arena);
    part.tx_ring = copied_if_any(part.tx_ring, arena);
    part.groups = arena.keep(part.groups);
  }
  void operator()(PacketPart& part) const {
    if (part.detail == nullptr) return;
    auto* const detail = arena.make<PacketDetail>(*part.detail);
    detail->filter = arena.keep(detail->filter);
    detail->memberships = arena.keep(detail->memberships);
    part.detail = detail;
  }
  void operator()(VsockPart&) const {}
  void operator()(XdpPart& part) const { part.detail = copied_if_any(part.detail, arena); }
  void operator()(TipcPart& part) const { part.group = copied_if_any(part.group, arena); }
};

const Process* copied_process(const Process* process, Arena& arena) {
  if (process == nullptr) return nullptr;
  return arena.make<Process>(Process{arena.keep(process->cmdline), arena.keep(process->cgroup),
                                     arena.keep(process->container), arena.keep(process->unit)});
}

const SecurityContext* copied_context(const SecurityContext* context, Arena& arena) {
  if (context == nullptr) return nullptr;
  return arena.make<SecurityContext>(
      SecurityContext{arena.keep(context->process), arena.keep(context->socket), context->socket_asked_for});
}

const Owners* copied_owners(const Owners* owners, Arena& arena) {
  if (owners == nullptr) return nullptr;
  const std::span<Owner> list = arena.room<Owner>(owners->list.size());
  for (std::size_t at = 0; at < list.size(); ++at) {
    Owner* const owner = new (&list[at]) Owner(owners->list[at]);
    owner->comm = arena.keep(owner->comm);
    owner->process = copied_process(owner->process, arena);
    owner->security = copied_context(owner->security, arena);
  }
  return arena.make<Owners>(Owners{list});
}

const Fate* copied_fate(const Fate* fate, Arena& arena) {
  if (fate == nullptr) return nullptr;
  return arena.make<Fate>(Fate{arena.keep(fate->time), fate->result, arena.keep(fate->error)});
}

Socket* copied_alone(const Socket& socket, Arena& arena) {
  auto* const copy = arena.make<Socket>(socket);
  std::visit(PartCopier{arena}, copy->part);
  copy->owners = copied_owners(socket.owners, arena);
  copy->peer_owners = copied_owners(socket.peer_owners, arena);
  copy->fate = copied_fate(socket.fate, arena);
  copy->other_end = nullptr;
  return copy;
}

}  // namespace

const Socket* copied(const Socket& socket, Arena& arena) {
  Socket* const copy = copied_alone(socket, arena);
  if (socket.other_end != nullptr) copy->other_end = copied_alone(*socket.other_end, arena);
  return copy;
}

}  // namespace skq
