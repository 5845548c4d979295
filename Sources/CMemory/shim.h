#ifndef CMEMORY_SHIM_H
#define CMEMORY_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/mman.h>

/// Begins to fetch the cache line of an address that will soon be read, which may be any address at all.
static inline void cmemory_prefetch(const void *address) { __builtin_prefetch(address); }

/// Makes a mapping larger, perhaps elsewhere; MAP_FAILED if there is no room.
static inline void *cmemory_remap(void *base, size_t size, size_t wanted) {
  return mremap(base, size, wanted, MREMAP_MAYMOVE);
}

#endif
