// The floor on SQLite: one connection steps through queries and reads every column by its type; nothing is written.
//
//   sqlite_floor FILE QUERY …
#include <sqlite3.h>
#include <stdio.h>

// What was read, so that the compiler cannot leave the reading out.
static volatile double sink;

static int read_rows(sqlite3 *database, const char *query) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) != SQLITE_OK) return SQLITE_ERROR;
  int columns = sqlite3_column_count(statement), code;
  double sum = 0;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < columns; i++) {
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER: sum += sqlite3_column_int64(statement, i); break;
        case SQLITE_FLOAT: sum += sqlite3_column_double(statement, i); break;
        case SQLITE_TEXT: sum += sqlite3_column_text(statement, i)[0] + sqlite3_column_bytes(statement, i); break;
      }
    }
  }
  sink = sum;
  sqlite3_finalize(statement);
  return code;
}

int main(int count, char **arguments) {
  sqlite3 *database;
  if (count < 3 || sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) return 2;
  for (int i = 2; i < count; i++) {
    if (read_rows(database, arguments[i]) != SQLITE_DONE) {
      fprintf(stderr, "%s\n", sqlite3_errmsg(database));
      return 1;
    }
  }
  return sqlite3_close(database) != SQLITE_OK;
}
