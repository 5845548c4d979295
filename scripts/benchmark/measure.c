// Runs a program and writes what it took to a file: wall seconds, CPU seconds, peak KiB, exit code.
//
//   measure [--first-byte] FILE PROGRAM [ARGUMENT …]
//
// With --first-byte the wall seconds end with the first byte that the program prints.
//
// A program of its own, since Linux counts the memory of whoever starts a process as that process's peak.
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

// Takes what comes through a pipe, and puts down when its first byte came.
static void drain(int pipe, struct timespec *first) {
  char bytes[4096];
  if (read(pipe, bytes, sizeof bytes) > 0) clock_gettime(CLOCK_MONOTONIC, first);
  while (read(pipe, bytes, sizeof bytes) > 0) {}
}

int main(int count, char **arguments) {
  int ends_at_first = count > 1 && strcmp(arguments[1], "--first-byte") == 0;
  if (ends_at_first) count--, arguments++;
  if (count < 3) return 2;
  int ends[2];
  if (ends_at_first && pipe(ends) != 0) return 2;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    if (ends_at_first) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
    }
    execvp(arguments[2], arguments + 2);
    perror(arguments[2]);
    _exit(127);
  }
  int status;
  struct rusage usage;
  struct timespec first = start;
  if (ends_at_first) {
    close(ends[1]);
    drain(ends[0], &first);
  }
  if (wait4(child, &status, 0, &usage) < 0) return 2;
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (ends_at_first) end = first;
  FILE *file = fopen(arguments[1], "w");
  if (!file) return 2;
  double wall = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9;
  double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  fprintf(file, "%.6f %.6f %ld %d\n", wall, cpu, usage.ru_maxrss, code);
  return fclose(file) ? 2 : 0;
}
