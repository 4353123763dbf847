// The few members of the kernel's own structures that the programs read. Where they really are is found when a program
// is loaded, from the running kernel's BTF (CO-RE): no order, size or other member counts here.
#pragma once

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct super_block {
  unsigned long s_magic;
};
struct inode {
  struct super_block* i_sb;
  unsigned long i_ino;
};
struct file {
  struct inode* f_inode;
};

struct upid {
  int nr;
};
struct pid {
  unsigned int level;
  struct upid numbers[1];
};
struct task_struct {
  struct task_struct* group_leader;
  struct pid* thread_pid;
  char comm[16];
};

typedef struct {
  int counter;
} atomic_t;
struct sk_buff_head {
  unsigned int qlen;
};
struct sock {
  struct sk_buff_head sk_receive_queue;
  unsigned int sk_max_ack_backlog;
};
struct scm_stat {
  atomic_t nr_fds;
};
struct unix_vertex;
struct unix_sock {
  struct sock sk;
  struct sock* peer;
  struct unix_vertex* vertex;  // since Linux 6.10: not null while the socket itself travels in a message
  struct scm_stat scm_stat;
};
// The same before that, once as atomic_long_t and then as unsigned long: one word either way.
struct unix_sock___counted {
  unsigned long inflight;
};

struct seq_file;
struct bpf_iter_meta {
  struct seq_file* seq;
  unsigned long long session_id;
};
struct bpf_iter__task_file {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
  unsigned int fd;
  struct file* file;
};
struct bpf_iter__unix {
  struct bpf_iter_meta* meta;
  struct unix_sock* unix_sk;
};

#pragma clang attribute pop
