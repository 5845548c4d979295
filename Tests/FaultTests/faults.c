// Loaded before the C library (LD_PRELOAD): one call on a file whose path begins with FAULT_FOLDER goes wrong.
//
// FAULT_CALL names the call, FAULT_NUMBER says which of its kind, and FAULT_CODE what errno is then: "pause" waits in
// the call until the file `go` is there, and "half" lets it do half of its work. That it happened is told by the file
// `fault`, which holds the path that the call was about. That the process took its libraries down is told by the file
// `ended`. All of them lie in the folder FAULT_MARKS.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum outcome { WORKS, FAILS, HALVES };

static atomic_int seen;

static int is_inside(const char *path) {
  const char *beginning = getenv("FAULT_FOLDER");
  char whole[2 * PATH_MAX] = "";
  if (path[0] != '/' && getcwd(whole, PATH_MAX)) strcat(whole, "/");
  strncat(whole, path, PATH_MAX - 1);
  return beginning && strncmp(whole, beginning, strlen(beginning)) == 0;
}

static int mark(const char *name, int flags) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", getenv("FAULT_MARKS"), name);
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644);
}

__attribute__((destructor)) static void tell_end(void) {
  syscall(SYS_close, mark("ended", O_WRONLY | O_CREAT));
}

static enum outcome outcome(const char *call, const char *path) {
  const char *wanted = getenv("FAULT_CALL");
  if (!wanted || strcmp(wanted, call) != 0 || !is_inside(path)) return WORKS;
  if (atomic_fetch_add(&seen, 1) + 1 != atoi(getenv("FAULT_NUMBER"))) return WORKS;
  int told = mark("fault", O_WRONLY | O_CREAT);
  syscall(SYS_write, told, path, strlen(path));
  syscall(SYS_close, told);
  const char *code = getenv("FAULT_CODE");
  if (strcmp(code, "half") == 0) return HALVES;
  if (strcmp(code, "pause") == 0) {
    int go;
    while ((go = mark("go", O_RDONLY)) < 0) usleep(1000);
    syscall(SYS_close, go);
    return WORKS;
  }
  errno = atoi(code);
  return FAILS;
}

static enum outcome outcome_of_descriptor(const char *call, int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (count <= 0) return WORKS;
  path[count] = 0;
  // What has no path is a pipe or a terminal.
  return path[0] == '/' ? outcome(call, path) : WORKS;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define TRANSFER(name, kind, ...)                                                                  \
  switch (outcome_of_descriptor(kind, descriptor)) {                                               \
    case FAILS: return -1;                                                                         \
    case HALVES: count = (count + 1) / 2; break;                                                   \
    case WORKS: break;                                                                             \
  }                                                                                                \
  return REAL(name)(descriptor, buffer, count, ##__VA_ARGS__)

ssize_t read(int descriptor, void *buffer, size_t count) { TRANSFER(read, "read"); }
ssize_t pread(int descriptor, void *buffer, size_t count, off_t at) { TRANSFER(pread, "read", at); }
ssize_t pread64(int descriptor, void *buffer, size_t count, off64_t at) { TRANSFER(pread64, "read", at); }
ssize_t write(int descriptor, const void *buffer, size_t count) { TRANSFER(write, "write"); }
ssize_t pwrite(int descriptor, const void *buffer, size_t count, off_t at) {
  TRANSFER(pwrite, "write", at);
}
ssize_t pwrite64(int descriptor, const void *buffer, size_t count, off64_t at) {
  TRANSFER(pwrite64, "write", at);
}

int fsync(int descriptor) { return outcome_of_descriptor("fsync", descriptor) == FAILS ? -1 : REAL(fsync)(descriptor); }
int fdatasync(int descriptor) {
  return outcome_of_descriptor("fsync", descriptor) == FAILS ? -1 : REAL(fdatasync)(descriptor);
}
int ftruncate(int descriptor, off_t size) {
  return outcome_of_descriptor("truncate", descriptor) == FAILS ? -1 : REAL(ftruncate)(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  return outcome_of_descriptor("truncate", descriptor) == FAILS ? -1 : REAL(ftruncate64)(descriptor, size);
}
int close(int descriptor) {
  if (outcome_of_descriptor("close", descriptor) != FAILS) return REAL(close)(descriptor);
  // The descriptor is gone all the same, as close(2) says.
  int code = errno;
  REAL(close)(descriptor);
  errno = code;
  return -1;
}
int rename(const char *from, const char *to) { return outcome("rename", to) == FAILS ? -1 : REAL(rename)(from, to); }
int link(const char *from, const char *to) { return outcome("rename", to) == FAILS ? -1 : REAL(link)(from, to); }
int unlink(const char *path) { return outcome("unlink", path) == FAILS ? -1 : REAL(unlink)(path); }

static int mode_of(int flags, va_list list) { return flags & O_CREAT ? va_arg(list, int) : 0; }

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = mode_of(flags, list);
  va_end(list);
  return outcome("open", path) == FAILS ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  int mode = mode_of(flags, list);
  va_end(list);
  return outcome("open", path) == FAILS ? -1 : REAL(open64)(path, flags, mode);
}

void *mmap(void *at, size_t count, int protection, int flags, int descriptor, off_t offset) {
  if (descriptor >= 0 && outcome_of_descriptor("mmap", descriptor) == FAILS) return MAP_FAILED;
  return REAL(mmap)(at, count, protection, flags, descriptor, offset);
}
void *mmap64(void *at, size_t count, int protection, int flags, int descriptor, off64_t offset) {
  if (descriptor >= 0 && outcome_of_descriptor("mmap", descriptor) == FAILS) return MAP_FAILED;
  return REAL(mmap64)(at, count, protection, flags, descriptor, offset);
}
