// The floor on PostgreSQL: one connection copies queries out in the binary form, and throws away what comes.
//
//   postgresql_floor CONNECTION QUERY …
#include <libpq-fe.h>
#include <stdio.h>

static int copy_rows(PGconn *connection, const char *query) {
  char command[4096];
  int length = snprintf(command, sizeof command, "COPY (%s) TO STDOUT (FORMAT binary)", query);
  if (length < 0 || length >= (int)sizeof command) return 1;
  PGresult *begun = PQexec(connection, command);
  int copies = PQresultStatus(begun) == PGRES_COPY_OUT;
  PQclear(begun);
  if (!copies) return 1;
  char *row;
  int bytes;
  while ((bytes = PQgetCopyData(connection, &row, 0)) > 0) PQfreemem(row);
  PGresult *end = PQgetResult(connection);
  int failed = bytes != -1 || PQresultStatus(end) != PGRES_COMMAND_OK;
  PQclear(end);
  while ((end = PQgetResult(connection))) PQclear(end);
  return failed;
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  PGconn *connection = PQconnectdb(arguments[1]);
  int failed = PQstatus(connection) != CONNECTION_OK;
  for (int i = 2; i < count && !failed; i++) failed = copy_rows(connection, arguments[i]);
  if (failed) fputs(PQerrorMessage(connection), stderr);
  PQfinish(connection);
  return failed;
}
