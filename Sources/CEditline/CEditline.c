// Every setting here answers a fact about libedit 3.1 that was measured; the comments say which.
#include "CEditline.h"

#include <dlfcn.h>
#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// libedit and the three libraries behind it are a fifteenth of every start, and a shell on a terminal alone needs them:
// they are loaded when the first editor is opened.
#define LIBEDIT_FUNCTIONS(X) \
  X(el_init) X(el_end) X(el_set) X(el_get) X(el_gets) X(el_wgetc) X(el_line) X(el_cursor) X(el_deletestr) \
  X(el_insertstr) X(el_winsertstr) X(el_push) X(el_reset) X(el_resize) X(el_source) X(history) X(history_init) \
  X(history_end)

// The functions of the loaded library, under their own names.
static struct {
#define X(name) __typeof__(&name) name;
  LIBEDIT_FUNCTIONS(X)
#undef X
} libedit;

// Statements that Up can reach.
static const int history_limit = 10000;
// A paste longer than this is cut: the rest is read and dropped.
static const size_t paste_limit = 1 << 20;

struct Editor {
  EditLine *line;
  History *history;
  FILE *screen;
  int (*signalled)(void);
  const char *prompt;
  bool interrupted;
  bool brackets_pastes;
  void (*tab_pressed)(void *context, const char *line, int length, int cursor);
  void *tab_context;
  // What the Tab key tells libedit to do.
  unsigned char tab_reply;
};

// Set by SIGWINCH and looked at by the reader: `el_resize` is not safe in a signal handler.
static volatile sig_atomic_t resized;

static void note_resize(int signal) {
  (void)signal;
  resized = 1;
}

static Editor *editor_of(EditLine *line) {
  void *editor = NULL;
  libedit.el_get(line, EL_CLIENTDATA, &editor);
  return editor;
}

static char *prompt_of(EditLine *line) { return (char *)editor_of(line)->prompt; }

// Without this mode a pasted newline runs what is pasted, and a pasted tab acts as the Tab key.
static void announce_pastes(Editor *editor, bool on) {
  if (!editor->brackets_pastes) return;
  fputs(on ? "\033[?2004h" : "\033[?2004l", editor->screen);
  fflush(editor->screen);
}

// Without a UTF-8 character type libedit drops every typed character outside ASCII without a word.
static void require_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
  if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) setlocale(LC_CTYPE, "en_US.UTF-8");
}

// MARK: Reading keys

// Waits for a byte: 1, or 0 at the end of the input, or -1 with `errno` when a signal ends the line. `poll` returns at
// every signal, also at those whose handlers restart `read`.
static int read_byte(Editor *editor, unsigned char *byte) {
  for (;;) {
    if (resized) {
      resized = 0;
      libedit.el_resize(editor->line);
    }
    if (editor->signalled()) {
      errno = EINTR;
      return -1;
    }
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, -1) < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return -1;
    }
    // A key that came with a new size must be drawn at that size.
    if (resized) continue;
    ssize_t count = read(STDIN_FILENO, byte, 1);
    if (count >= 0) return (int)count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

// libedit leaves the decoding to the reader that replaces its own. Malformed bytes become U+FFFD.
static int read_character(EditLine *line, wchar_t *character) {
  Editor *editor = editor_of(line);
  unsigned char byte;
  int status = read_byte(editor, &byte);
  if (status <= 0) return status;
  int following = byte < 0x80 ? 0 : byte >= 0xC2 && byte < 0xE0 ? 1 : byte >= 0xE0 && byte < 0xF0 ? 2 : 3;
  if ((byte >= 0x80 && byte < 0xC2) || byte >= 0xF5) {
    *character = 0xFFFD;
    return 1;
  }
  uint32_t scalar = following == 0 ? byte : byte & (0x3Fu >> following);
  for (int index = 0; index < following; index++) {
    status = read_byte(editor, &byte);
    if (status <= 0) return status;
    scalar = scalar << 6 | (byte & 0x3F);
    if ((byte & 0xC0) != 0x80) scalar = UINT32_MAX;
    if (scalar == UINT32_MAX) break;
  }
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  bool valid = scalar >= least[following] && scalar <= 0x10FFFF && !(scalar >= 0xD800 && scalar < 0xE000);
  *character = valid ? (wchar_t)scalar : 0xFFFD;
  return 1;
}

// MARK: Keys of our own

// libedit's own handling re-sends SIGINT to the whole process group, so Ctrl-C is a key here. The line is shown as
// abandoned and ended by a pushed newline, which also leaves a line wrapped over several rows cleanly.
static unsigned char interrupt_line(EditLine *line, int key) {
  (void)key;
  editor_of(line)->interrupted = true;
  const LineInfo *info = libedit.el_line(line);
  libedit.el_cursor(line, (int)(info->lastchar - info->cursor));
  libedit.el_insertstr(line, "^C");
  libedit.el_push(line, "\n");
  return CC_REFRESH;
}

// The terminal must be given back before the process stops and taken again after it: else the other shell's keys echo
// as control characters, or ours do.
static unsigned char suspend(EditLine *line, int key) {
  (void)key;
  Editor *editor = editor_of(line);
  announce_pastes(editor, false);
  libedit.el_set(line, EL_PREP_TERM, 0);
  raise(SIGTSTP);
  libedit.el_set(line, EL_PREP_TERM, 1);
  announce_pastes(editor, true);
  return CC_REDISPLAY;
}

// Takes everything up to the end of a bracketed paste as text: line ends become newlines, and control characters other
// than tab are left out, since they have no meaning in a statement and one on the screen.
static unsigned char paste(EditLine *line, int key) {
  (void)key;
  static const wchar_t end[] = L"\033[201~";
  const size_t end_length = sizeof end / sizeof end[0] - 1;
  size_t length = 0, room = 0, matched = 0;
  wchar_t *text = NULL;
  wchar_t character = 0, before = 0;
  while (matched < end_length && libedit.el_wgetc(line, &character) == 1) {
    if (character == end[matched]) {
      matched++;
      continue;
    }
    // The beginning of the end mark alone is a stray escape: it goes, and what is printable of it stays away too.
    matched = character == end[0] ? 1 : 0;
    wchar_t kept = character == L'\r' ? L'\n' : character;
    bool second_half = character == L'\n' && before == L'\r';
    before = character;
    bool control = kept == 0x7F || (kept < 0x20 && kept != L'\n' && kept != L'\t');
    if (second_half || control || length >= paste_limit) continue;
    if (length + 1 >= room) {
      room = room == 0 ? 256 : room * 2;
      wchar_t *larger = realloc(text, room * sizeof *text);
      if (larger == NULL) break;
      text = larger;
    }
    text[length++] = kept;
  }
  if (text == NULL) return CC_NORM;
  text[length] = 0;
  int status = libedit.el_winsertstr(line, text);
  free(text);
  return status == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char complete(EditLine *line, int key) {
  (void)key;
  Editor *editor = editor_of(line);
  editor->tab_reply = CC_ERROR;
  if (editor->tab_pressed == NULL) return CC_ERROR;
  const LineInfo *info = libedit.el_line(line);
  editor->tab_pressed(editor->tab_context, info->buffer, (int)(info->lastchar - info->buffer),
      (int)(info->cursor - info->buffer));
  return editor->tab_reply;
}

static void bind_keys(EditLine *line) {
  libedit.el_set(line, EL_ADDFN, "spell-interrupt", "Clear the line", interrupt_line);
  libedit.el_set(line, EL_ADDFN, "spell-suspend", "Suspend the shell", suspend);
  libedit.el_set(line, EL_ADDFN, "spell-paste", "Insert pasted text", paste);
  libedit.el_set(line, EL_ADDFN, "spell-complete", "Complete the word at the cursor", complete);
  static const char *const keys[][2] = {
      {"^C", "spell-interrupt"},
      {"^Z", "spell-suspend"},
      {"^I", "spell-complete"},
      {"\\e[200~", "spell-paste"},
      // Not bound by libedit, which prints `5C` for them.
      {"\\e[1;5C", "em-next-word"},
      {"\\e[1;5D", "ed-prev-word"},
      // Up and Down look for statements that hold what is typed so far. Terminals send either form.
      {"\\e[A", "ed-search-prev-history"},
      {"\\eOA", "ed-search-prev-history"},
      {"\\e[B", "ed-search-next-history"},
      {"\\eOB", "ed-search-next-history"},
  };
  for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
    libedit.el_set(line, EL_BIND, keys[index][0], keys[index][1], NULL);
  }
}

// What the user binds comes after our keys. `bind -v` makes all bindings anew, so that the single keys must come again,
// and for the mode that takes commands too: without them Ctrl-C would do nothing there. No sequence may begin with
// Escape then, which is a key of its own; so pastes are not announced.
static void read_editrc(Editor *editor) {
  EditLine *line = editor->line;
  libedit.el_source(line, NULL);
  const char *mode = NULL;
  if (libedit.el_get(line, EL_EDITOR, &mode) != 0 || mode == NULL || strcmp(mode, "vi") != 0) return;
  editor->brackets_pastes = false;
  libedit.el_set(line, EL_BIND, "^I", "spell-complete", NULL);
  static const char *const keys[][2] = {{"^C", "spell-interrupt"}, {"^Z", "spell-suspend"}};
  for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
    libedit.el_set(line, EL_BIND, keys[index][0], keys[index][1], NULL);
    libedit.el_set(line, EL_BIND, "-a", keys[index][0], keys[index][1], NULL);
  }
}

// MARK: The functions of the header

const char *editor_load(void) {
  // Debian counts its versions apart from all others, and its name is the one to miss.
  void *library = dlopen("libedit.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libedit.so.2", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) return dlerror();
#define X(name) \
  libedit.name = (__typeof__(&name))dlsym(library, #name); \
  if (libedit.name == NULL) return dlerror();
  LIBEDIT_FUNCTIONS(X)
#undef X
  return NULL;
}

Editor *editor_open(const char *program, int (*signalled)(void)) {
  require_utf8();
  Editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->signalled = signalled;
  editor->prompt = "";
  // Standard error, so that editing works while the output goes to a file; a stream of our own, since standard error
  // itself is not buffered and would be written byte by byte.
  int descriptor = dup(STDERR_FILENO);
  if (descriptor >= 0) editor->screen = fdopen(descriptor, "w");
  if (editor->screen != NULL) editor->line = libedit.el_init(program, stdin, editor->screen, editor->screen);
  editor->history = libedit.history_init();
  if (editor->line == NULL || editor->history == NULL) {
    editor_close(editor);
    return NULL;
  }
  const char *terminal = getenv("TERM");
  editor->brackets_pastes = terminal != NULL && *terminal != 0 && strcmp(terminal, "dumb") != 0
      && strcmp(terminal, "emacs") != 0 && isatty(STDERR_FILENO);
  HistEvent event;
  libedit.history(editor->history, &event, H_SETSIZE, history_limit);
  libedit.history(editor->history, &event, H_SETUNIQUE, 1);
  libedit.el_set(editor->line, EL_CLIENTDATA, editor);
  libedit.el_set(editor->line, EL_PROMPT, prompt_of);
  libedit.el_set(editor->line, EL_HIST, libedit.history, editor->history);
  libedit.el_set(editor->line, EL_EDITOR, "emacs");
  libedit.el_set(editor->line, EL_SIGNAL, 0);
  // While a line is edited Ctrl-C and Ctrl-Z are keys; while a statement runs they are signals. Line ends
  // stay what they are: libedit swaps carriage return and newline, so that one line end of a paste becomes two.
  libedit.el_set(editor->line, EL_SETTY, "-d", "-isig", "-icrnl", "-inlcr", NULL);
  libedit.el_set(editor->line, EL_GETCFN, read_character);
  bind_keys(editor->line);
  read_editrc(editor);
  struct sigaction resize = {.sa_handler = note_resize, .sa_flags = SA_RESTART};
  sigaction(SIGWINCH, &resize, NULL);
  return editor;
}

void editor_close(Editor *editor) {
  if (editor->line != NULL) libedit.el_end(editor->line);
  if (editor->history != NULL) libedit.history_end(editor->history);
  if (editor->screen != NULL) fclose(editor->screen);
  free(editor);
}

enum EditorOutcome editor_read(Editor *editor, const char *prompt, const char **text, int *length) {
  editor->prompt = prompt;
  editor->interrupted = false;
  // `el_gets` would draw the prompt first: a Ctrl-D typed at its sight would still go to the terminal and be lost.
  libedit.el_set(editor->line, EL_PREP_TERM, 1);
  announce_pastes(editor, true);
  *text = libedit.el_gets(editor->line, length);
  announce_pastes(editor, false);
  editor->prompt = "";
  if (*text == NULL || *length <= 0) {
    // Ctrl-D on an empty line has count 0; a read that failed, here for a signal, has count -1.
    if (*length >= 0 || !editor->signalled()) return EditorEnd;
    libedit.el_reset(editor->line);
    fputc('\n', editor->screen);
    fflush(editor->screen);
    return EditorInterrupted;
  }
  if (editor->interrupted) return EditorInterrupted;
  if ((*text)[*length - 1] == '\n') *length -= 1;
  return EditorLine;
}

void editor_remember(Editor *editor, const char *statement) {
  HistEvent event;
  libedit.history(editor->history, &event, H_ENTER, statement);
}

void editor_on_tab(
    Editor *editor, void (*pressed)(void *context, const char *line, int length, int cursor), void *context) {
  editor->tab_pressed = pressed;
  editor->tab_context = context;
}

void editor_replace(Editor *editor, int before, int after, const char *text) {
  libedit.el_cursor(editor->line, after);
  libedit.el_deletestr(editor->line, before + after);
  libedit.el_insertstr(editor->line, text);
  // Where wide characters stand behind the cursor libedit moves them wrongly, so it draws all anew; that takes another
  // row where nothing can be cleared.
  editor->tab_reply = editor->brackets_pastes ? CC_REDISPLAY : CC_REFRESH;
}

// The rest of the line is written over itself, which leaves the terminal's cursor at its end, however many rows it
// takes. EL_REFRESH then draws the line anew and takes the row below the text for the first.
void editor_show(Editor *editor, const char *text) {
  const LineInfo *info = libedit.el_line(editor->line);
  for (const char *place = info->cursor; place < info->lastchar; place++) {
    unsigned char byte = (unsigned char)*place;
    if (byte < 0x20 && byte != '\t' && byte != '\n') {
      // As libedit shows control characters.
      fputc('^', editor->screen);
      byte += '@';
    }
    fputc(byte, editor->screen);
  }
  fprintf(editor->screen, "\n%s", text);
  libedit.el_set(editor->line, EL_REFRESH);
  editor->tab_reply = CC_NORM;
}
