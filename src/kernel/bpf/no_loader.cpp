// In place of loader.c in a build without clang, bpftool or libbpf's headers.
#include <cerrno>

#include "kernel/bpf/loader.h"

int skq_programs_are_built() { return 0; }
struct skq_programs* skq_programs_load(unsigned int /*rows*/) {
  errno = ENOSYS;
  return nullptr;
}
void skq_programs_unload(struct skq_programs* /*programs*/) {}
int skq_programs_open_owners(const struct skq_programs* /*programs*/) { return -1; }
int skq_programs_open_queues(const struct skq_programs* /*programs*/) { return -1; }
int skq_programs_rows(const struct skq_programs* /*programs*/) { return -1; }
int skq_programs_count(const struct skq_programs* /*programs*/, unsigned int* /*count*/) { return -1; }
int skq_programs_forget_count(const struct skq_programs* /*programs*/) { return -1; }
