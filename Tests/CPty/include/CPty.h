/// Programs on a terminal of their own, for tests.
#pragma once

/// Starts a program on a new terminal; returns its process, or -1. `master` is the terminal's other end.
int cpty_spawn(const char *path, char *const arguments[], char *const environment[], int rows, int columns,
               int *master);

/// Tells the terminal its new size.
void cpty_resize(int master, int rows, int columns);

/// Waits for a process to end: its exit status, or 128 plus the signal that ended it.
int cpty_wait(int process);
