// The programs of skq_sockets.bpf.c, loaded: the little that has to be C, since bpftool writes C. It needs no library
// at run time; the kernel itself adapts the programs to its structures (Linux 5.17 and later).
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct skq_programs;

/// 0: this build has none, and every function fails.
int skq_programs_are_built(void);

/// Null and errno set: not permitted, or not possible with this kernel. `rows` is the size of the map of queue rows.
struct skq_programs* skq_programs_load(unsigned int rows);
void skq_programs_unload(struct skq_programs* programs);

/// A descriptor whose reading runs the program, in the network and pid namespace of the calling thread; -1 and errno
/// set.
int skq_programs_open_owners(const struct skq_programs* programs);
int skq_programs_open_queues(const struct skq_programs* programs);

/// The map of queue rows, for mmap.
int skq_programs_rows(const struct skq_programs* programs);
/// How many queue rows there should be since it was set to 0; both give -1 and set errno when they fail.
int skq_programs_count(const struct skq_programs* programs, unsigned int* count);
int skq_programs_forget_count(const struct skq_programs* programs);

#ifdef __cplusplus
}
#endif
