// The programs that run in the kernel, as BPF iterators: one call for each descriptor of each process, or for each unix
// socket of a network namespace. They only read.
//
// This file may be used under the Apache License 2.0 like the rest, or under the 2-clause BSD licence or the GNU GPL
// version 2: the kernel lets only programs under a licence that it knows call bpf_probe_read_kernel().
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "kernel_types.h"
#include "rows.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define SOCKFS_MAGIC 0x534F434B

// Which number a process has in the pid namespace that the reader is in: the iterator walks that namespace only, so
// each has one there. In the outermost namespace that place is known before, and nothing has to be copied to find it.
static int number_in(struct pid* pid, unsigned int level) {
  if (level == 0) return pid->numbers[0].nr;
  if (pid->level < level) return 0;
  int number = 0;
  unsigned long at = bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid) +
                     bpf_core_field_offset(struct upid, nr);
  bpf_probe_read_kernel(&number, sizeof(number), (char*)pid + at);
  return number;
}

struct named_last {
  __u64 session;  // one reading of the iterator, from 1 on
  int pid;
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct named_last);
} named SEC(".maps");

// A row that does not fit into the seq_file's buffer is asked for once more, so its name counts as told only when it
// was written.
static void write_owner(struct bpf_iter_meta* meta, struct skq_owner_row* row, struct task_struct* leader) {
  __u32 zero = 0;
  struct named_last* last = bpf_map_lookup_elem(&named, &zero);
  if (!last) return;
  if (last->session == meta->session_id && last->pid == row->pid) {
    bpf_seq_write(meta->seq, row, sizeof(*row) - sizeof(row->comm));
    return;
  }
  row->flags |= skq_owner_named;
  bpf_probe_read_kernel(row->comm, sizeof(row->comm), leader->comm);
  if (bpf_seq_write(meta->seq, row, sizeof(*row)) != 0) return;
  last->session = meta->session_id;
  last->pid = row->pid;
}

SEC("iter/task_file")
int skq_owners(struct bpf_iter__task_file* ctx) {
  struct file* file = ctx->file;
  struct task_struct* task = ctx->task;
  if (!file || !task) return 0;
  struct inode* inode = file->f_inode;
  if (inode->i_sb->s_magic != SOCKFS_MAGIC) return 0;
  struct task_struct* reader = (struct task_struct*)bpf_get_current_task_btf();
  struct task_struct* leader = task->group_leader;
  struct skq_owner_row row = {};
  row.inode = (unsigned int)inode->i_ino;
  row.pid = number_in(leader->thread_pid, reader->thread_pid->level);
  row.fd = (int)ctx->fd;
  row.flags = task == leader ? skq_owner_by_leader : 0;
  if (row.pid != 0) write_owner(ctx->meta, &row, leader);
  return 0;
}

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct skq_queue_row);
} queue_rows SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} queue_count SEC(".maps");

// Not by way of the seq_file: once its buffer is full in the midst of a bucket, the kernel forgets the bucket's rest.
SEC("iter/unix")
int skq_queues(struct bpf_iter__unix* ctx) {
  struct unix_sock* socket = ctx->unix_sk;
  if (!socket) return 0;
  __u32 zero = 0;
  __u32* count = bpf_map_lookup_elem(&queue_count, &zero);
  if (!count) return 0;
  __u32 place = (*count)++;  // nobody else counts: one reader a map
  struct skq_queue_row* row = bpf_map_lookup_elem(&queue_rows, &place);
  if (!row) return 0;  // the count tells how many there should have been
  __u32 flags = 0;
  row->cookie = bpf_get_socket_cookie(socket);
  row->length = socket->sk.sk_receive_queue.qlen;
  row->backlog = socket->sk.sk_max_ack_backlog;
  if (socket->peer) flags |= skq_queue_connected;
  row->descriptors = 0;
  if (bpf_core_field_exists(socket->scm_stat)) {
    row->descriptors = socket->scm_stat.nr_fds.counter;
    flags |= skq_queue_has_fds;
  }
  if (bpf_core_field_exists(socket->vertex)) {
    flags |= skq_queue_has_flight | (socket->vertex ? skq_queue_in_flight : 0);
  } else {
    struct unix_sock___counted* counted = (void*)socket;
    if (bpf_core_field_exists(counted->inflight))
      flags |= skq_queue_has_flight | (BPF_CORE_READ(counted, inflight) ? skq_queue_in_flight : 0);
  }
  row->flags = flags;
  return 0;
}
