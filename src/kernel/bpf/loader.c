// The programs of skq_sockets.bpf.c, loaded by the "light skeleton" that bpftool makes of them.
#include "loader.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "rows.h"
#include "skq_sockets.lskel.h"

int skq_programs_are_built(void) { return 1; }

struct skq_programs* skq_programs_load(unsigned int rows) {
  struct skq_sockets* loaded = skq_sockets__open();
  if (loaded == NULL) return NULL;
  loaded->maps.queue_rows.max_entries = rows;
  const int error = skq_sockets__load(loaded);
  if (error == 0) return (struct skq_programs*)loaded;
  skq_sockets__destroy(loaded);
  errno = -error;
  return NULL;
}

void skq_programs_unload(struct skq_programs* programs) { skq_sockets__destroy((struct skq_sockets*)programs); }

// The iterator keeps the link alive.
static int open_iterator(int program) {
  const int link = skel_link_create(program, 0, BPF_TRACE_ITER);
  if (link < 0) return -1;
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.iter_create.link_fd = (unsigned int)link;
  const int iterator = skel_sys_bpf(BPF_ITER_CREATE, &attributes, sizeof(attributes.iter_create));
  const int error = errno;
  close(link);
  errno = error;
  return iterator;
}

int skq_programs_open_owners(const struct skq_programs* programs) {
  return open_iterator(((const struct skq_sockets*)programs)->progs.skq_owners.prog_fd);
}

int skq_programs_open_queues(const struct skq_programs* programs) {
  return open_iterator(((const struct skq_sockets*)programs)->progs.skq_queues.prog_fd);
}

int skq_programs_rows(const struct skq_programs* programs) {
  return ((const struct skq_sockets*)programs)->maps.queue_rows.map_fd;
}

static int use_count(const struct skq_programs* programs, enum bpf_cmd command, unsigned int* count) {
  unsigned int first = 0;
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.map_fd = (unsigned int)((const struct skq_sockets*)programs)->maps.queue_count.map_fd;
  attributes.key = (unsigned long)&first;
  attributes.value = (unsigned long)count;
  return skel_sys_bpf(command, &attributes, offsetofend(union bpf_attr, flags));
}

int skq_programs_count(const struct skq_programs* programs, unsigned int* count) {
  return use_count(programs, BPF_MAP_LOOKUP_ELEM, count);
}

int skq_programs_forget_count(const struct skq_programs* programs) {
  unsigned int zero = 0;
  return use_count(programs, BPF_MAP_UPDATE_ELEM, &zero);
}
