#define _GNU_SOURCE
#include "CPty.h"

#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

int cpty_spawn(const char *path, char *const arguments[], char *const environment[], int rows, int columns,
               int *master) {
  struct winsize size = {(unsigned short)rows, (unsigned short)columns, 0, 0};
  pid_t process = forkpty(master, NULL, NULL, &size);
  if (process == 0) {
    // Test runs start programs from threads that block every signal, and those in the background ignore SIGINT.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    execve(path, arguments, environment);
    _exit(127);
  }
  return process;
}

void cpty_resize(int master, int rows, int columns) {
  struct winsize size = {(unsigned short)rows, (unsigned short)columns, 0, 0};
  ioctl(master, TIOCSWINSZ, &size);
}

int cpty_wait(int process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
