// What the programs in the kernel hand over; both sides include this.
#pragma once

enum {
  skq_owner_by_leader = 1,  // in the table of the thread-group leader; else in one that only other threads use
  skq_owner_named = 2,      // a name follows; without, it is that of the row before, of the same process
  skq_owner_name_length = 16
};

/// One descriptor of one process that is a socket, by the numbers of our pid namespace.
struct skq_owner_row {
  unsigned int inode;
  int pid;
  int fd;
  unsigned int flags;
  char comm[skq_owner_name_length];  // of the process; handed over with its first row only
};

enum {
  skq_queue_connected = 1,   // to another socket or itself
  skq_queue_in_flight = 2,   // the socket itself travels in a message
  skq_queue_has_flight = 4,  // that is known at all
  skq_queue_has_fds = 8      // so is the number of descriptors
};

/// One unix socket of a network namespace.
struct skq_queue_row {
  unsigned long long cookie;
  unsigned int length;       // messages in its receive queue
  unsigned int backlog;      // it is full when there are more
  unsigned int descriptors;  // that travel to it in messages
  unsigned int flags;        // of the above
};
