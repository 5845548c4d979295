/// The part of libedit that the shell uses, behind functions of fixed arity: `el_set`, `el_get` and `history` are
/// variadic and the standard streams are globals, both of which Swift refuses.
#pragma once

/// An editor on standard input that draws on standard error. One owner, which closes it.
typedef struct Editor Editor;

/// What ended a line.
enum EditorOutcome {
  EditorLine,         // a line of text
  EditorInterrupted,  // Ctrl-C, or a signal
  EditorEnd           // Ctrl-D on an empty line, or the terminal is gone
};

/// Loads libedit, before anything else is called. Returns NULL, or what the loader says is wrong.
const char *editor_load(void);

/// Opens the editor. `signalled` says whether a signal that must end the reading of a line has arrived; it is asked
/// whenever a signal interrupts the wait for a key. NULL when there is no memory.
Editor *editor_open(const char *program, int (*signalled)(void));

/// Gives the terminal back and frees everything.
void editor_close(Editor *editor);

/// Reads a line after a prompt. The text has no line end, but newlines inside when it was recalled or pasted; it
/// belongs to the editor and lasts until the next call.
enum EditorOutcome editor_read(Editor *editor, const char *prompt, const char **text, int *length);

/// Adds a statement to the history, unless it repeats the one before.
void editor_remember(Editor *editor, const char *statement);

/// What the Tab key calls with the line and the cursor's place in it, in bytes. It answers through one of the two
/// functions below; if it calls neither, the bell rings.
void editor_on_tab(
    Editor *editor, void (*pressed)(void *context, const char *line, int length, int cursor), void *context);

/// Puts a text in the place of so many characters before the cursor and after it.
void editor_replace(Editor *editor, int before, int after, const char *text);

/// Shows lines of text below the line that is edited, which goes on below them.
void editor_show(Editor *editor, const char *text);
